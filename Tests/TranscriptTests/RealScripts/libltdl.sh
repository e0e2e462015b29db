#!/bin/sh
# compared with: bash
# needs: gcc make /usr/share/libtool/configure
# libltdl as programs include it: its own configure, and a library built and installed with libtool, which is ltmain.sh.
cp -RL /usr/share/libtool ltdl && mv ltdl/build-aux . && cd ltdl || exit
find . ../build-aux -exec touch -d 2001-01-01 {} +
CONFIG_SHELL=$BIN/sh; export CONFIG_SHELL
$CONFIG_SHELL ./configure --prefix="$HOME/usr" --enable-ltdl-install --disable-dependency-tracking \
  AUTOCONF=: AUTOMAKE=: ACLOCAL=: AUTOHEADER=: CFLAGS=-O0 || exit
make SHELL="$CONFIG_SHELL" && make SHELL="$CONFIG_SHELL" install || exit
# Names of the compiler's, and what shells may write in more than one way: the lines of commands, and empty values.
sed -i -E "s/cc[A-Za-z0-9]{6}\.o/OBJECT/; s/^configure:[0-9]+/configure:LINE/; s/=''\$/=/" config.log
