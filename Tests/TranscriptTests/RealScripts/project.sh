#!/bin/sh
# compared with: bash
# needs: gcc make autoconf automake libtoolize
# A program, a shared library and tests: configure is made, and make does what it knows.
CONFIG_SHELL=$BIN/sh AUTOMAKE_JOBS=1; export CONFIG_SHELL AUTOMAKE_JOBS
mkdir project project/lib project/src project/tests && cd project || exit
cat >configure.ac <<'EOF'
AC_INIT([counter], [1.2], [nobody@example.org])
AC_CONFIG_AUX_DIR([build-aux])
AM_INIT_AUTOMAKE([foreign -Wall])
AC_CONFIG_HEADERS([config.h])
AC_PROG_CC
AM_PROG_AR
LT_INIT
AC_CHECK_HEADERS([unistd.h sys/wait.h no/such/header.h])
AC_CHECK_FUNCS([strdup fork no_such_function])
AC_CHECK_SIZEOF([long])
AC_C_BIGENDIAN
AC_ARG_ENABLE([loud], [AS_HELP_STRING([--enable-loud], [count aloud])], [loud=$enableval], [loud=no])
AS_IF([test "x$loud" = xyes], [AC_DEFINE([LOUD], [1], [Whether to count aloud])])
AC_SUBST([GREETING], ["it's a 'quoted' \"greeting\""])
AC_CONFIG_FILES([Makefile lib/Makefile src/Makefile tests/Makefile])
AC_CONFIG_FILES([src/hello], [chmod +x src/hello])
AC_OUTPUT
EOF
cat >Makefile.am <<'EOF'
SUBDIRS = lib src tests
EXTRA_DIST = NOTES
EOF
echo notes >NOTES
cat >lib/Makefile.am <<'EOF'
lib_LTLIBRARIES = libcounter.la
libcounter_la_SOURCES = counter.c counter.h
libcounter_la_LDFLAGS = -version-info 3:1:2
include_HEADERS = counter.h
noinst_LTLIBRARIES = libinner.la
libinner_la_SOURCES = inner.c
libcounter_la_LIBADD = libinner.la
EOF
echo 'int count(int from);' >lib/counter.h
printf '#include "counter.h"\nint inner(int);\nint count(int from) { return inner(from) + 1; }\n' >lib/counter.c
echo 'int inner(int from) { return from; }' >lib/inner.c
cat >src/Makefile.am <<'EOF'
AM_CPPFLAGS = -I$(top_srcdir)/lib
bin_PROGRAMS = counter
bin_SCRIPTS = hello
counter_SOURCES = main.c
counter_LDADD = ../lib/libcounter.la
EOF
cat >src/main.c <<'EOF'
#include <config.h>
#include <stdio.h>
#include "counter.h"
int main(void) { printf("%s %d\n", PACKAGE_STRING, count(41)); return 0; }
EOF
printf '#!/bin/sh\necho "@GREETING@ from @PACKAGE_NAME@"\n' >src/hello.in
cat >tests/Makefile.am <<'EOF'
TESTS = good.sh bad.sh skipped.sh
XFAIL_TESTS = bad.sh
TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = $(SHELL)
EXTRA_DIST = $(TESTS)
EOF
echo '../src/counter' >tests/good.sh
echo 'exit 1' >tests/bad.sh
echo 'exit 77' >tests/skipped.sh
libtoolize --copy && aclocal && autoconf && autoheader && automake --add-missing --copy || exit
mkdir ../build && cd ../build || exit
$CONFIG_SHELL ../project/configure --prefix="$HOME/usr" --enable-loud CFLAGS=-O0 || exit
make SHELL="$CONFIG_SHELL" && make SHELL="$CONFIG_SHELL" check && make SHELL="$CONFIG_SHELL" install dist || exit
src/counter && "$HOME/usr/bin/counter" && "$HOME/usr/bin/hello" || exit
make SHELL="$CONFIG_SHELL" uninstall distclean || exit
rm -rf ../project/autom4te.cache *.tar.gz
