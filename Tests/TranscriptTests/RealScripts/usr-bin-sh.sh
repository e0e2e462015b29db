#!/bin/sh
# needs: gzip bzip2 xz zstd fakeroot gettext.sh nroff c89 /usr/share/automake-1.16
# Scripts of /usr/bin and /usr/sbin for /bin/sh, on small input.
# Runs a command, which must be there.
show() {
  command -v "$1" >/dev/null || echo "$1" >>"$HOME/missing"
  echo "== $*"
  "$@" 2>&1
  echo "-- $?"
}
umask 022; unset TMPDIR; mkdir scratch 'a folder'; TMPDIR=$HOME/scratch; export TMPDIR
seq 30 >one; seq 5 35 >'two 2'; printf 'x "y" $z\n\\n `echo`\n' >'a folder/odd $name'; cp one three
for z in gzip bzip2 xz zstd; do "$z" -k <one >one.$z; done; cp one.gzip one.gz; cp one.bzip2 one.bz2; gzip -nk 'two 2'
show zcat one.gz
show zgrep -n 1. one.gz one
show zgrep -c 3 'two 2.gz' one.gz
show zegrep '2|7$' one.gz
show zfgrep -e 2 -f /dev/null one.gz
show zgrep -l 1 one.gz 'two 2' nosuch
show zgrep
show zgrep --help
show zgrep -h -i -e x -e y -- 'a folder/odd $name'
show zgrep -A1 -m2 2 one.gz
show zdiff one.gz 'two 2.gz'
show zcmp one.gz one
show zcmp one.gz three
show zdiff -u one.gz
show zdiff
show zdiff --help
show zforce one.gzip
show znew nosuch
show gunzip -c one.gz
show uncompress -c one.gz
show zless --help
show zmore --help
show bzdiff one.bz2 'two 2'
show bzgrep -n 1. one.bz2
show bzcmp one.bz2 one
show bzgrep -l 2 one.bz2 one
show bzgrep
show xzgrep -n 1. one.xz one.gz one
show xzdiff one.xz 'two 2.gz'
show xzcmp one.xz one
show xzgrep -l 7 one.xz
show xzdiff --help
show xzgrep --version
show zstdgrep 12 one.zstd; show lzgrep; show zipgrep
printf '#!/bin/sh\necho "packed $*"\n' >program; chmod +x program
show gzexe program
show ./program 'a b' c
show gzexe -d program; cat program
show bzexe program
show ./program x
show bzexe -d program
show which sh ls nosuch; show which -a true; show which; show which.debianutils -a ls
show egrep '1|2$' one; show fgrep -c 1 one; show rgrep 30 .
for i in 1 2 3 4; do
  echo $i >log
  show savelog -c 3 -q log
done
ls -1 log*
show savelog -l -n -C log
ls -1 log*
show savelog
show savelog -d -D -x 'echo hook' -m 600 one | sed 's/ at .*//'
ls | grep -v '^gz[0-9]' | sed 's/[0-9]\{8,14\}/DATE/'
rm -f one.20*
show gettext.sh; show gettext.sh --help; show gettext.sh --version
( . gettext.sh; eval_gettext 'a $HOME message'; echo; eval_ngettext 'one $n' 'many $n' 2 ) 2>&1
show dpkg-realpath /bin/sh
show dpkg-realpath --root / /usr/bin/../bin/awk
show dpkg-realpath --help
show dpkg-realpath
mkdir -p system/etc system/var/lib/dpkg; echo old >system/etc/conf
export DPKG_ROOT="$HOME/system" DPKG_MAINTSCRIPT_PACKAGE=pkg DPKG_MAINTSCRIPT_NAME=preinst \
  DPKG_ADMINDIR="$HOME/system/var/lib/dpkg" DPKG_MAINTSCRIPT_ARCH=all
show dpkg-maintscript-helper supports rm_conffile; show dpkg-maintscript-helper supports nothing
show dpkg-maintscript-helper rm_conffile /etc/conf 2.0 -- upgrade 1.0
show dpkg-maintscript-helper mv_conffile /etc/conf /etc/new 2.0 pkg -- upgrade 1.0
DPKG_MAINTSCRIPT_NAME=postinst
show dpkg-maintscript-helper rm_conffile /etc/conf 2.0 -- configure 1.0
show dpkg-maintscript-helper dir_to_symlink /etc/dir /etc/other 2.0 -- configure 1.0
DPKG_MAINTSCRIPT_NAME=postrm
show dpkg-maintscript-helper symlink_to_dir /etc/dir /etc/other 2.0 -- abort-install 1.0
show dpkg-maintscript-helper
show dpkg-maintscript-helper --help
show dpkg-maintscript-helper nosuch; find system | sort
unset DPKG_ROOT
show sensible-editor --nosuch </dev/null
BROWSER=echo show sensible-browser 'http://x/?a=1&b=2'
PAGER=cat show sensible-pager one
EDITOR='echo edit' show sensible-editor 'a file'
show fakeroot sh -c 'id -u; chown 1:2 one; stat -c %u:%g one'
show fakeroot --help
show fakeroot -- true
show fakeroot -l nosuch true
show nroff -Tascii -man /dev/null
printf '.TH A 1\nText of \\fBa\\fP page\n' | show nroff -man -Tascii | sed 's/  *$//'
show nroff --version | head -1
show neqn </dev/null
show lesspipe
show lesspipe one.gz
show c89 -dumpversion
show c99 --nosuch
show ssh-copy-id
show ssh-argv0
show add-shell
show remove-shell
show update-ca-certificates --certsconf /dev/null --certsdir "$HOME/scratch" --localcertsdir "$HOME/scratch" --etccertsdir \
  "$HOME/system" --hooksdir "$HOME/scratch"
show service --help
show invoke-rc.d --nosuch
show autoconf --version
show libtoolize --help
show libtoolize --nosuch
show autoconf --nosuch
show ncurses6-config --cflags --libs --version
for script in config.guess config.sub compile depcomp install-sh missing mkinstalldirs mdate-sh py-compile \
  test-driver ylwrap ar-lib; do
  show sh /usr/share/automake-1.16/$script --help
done
a=/usr/share/automake-1.16
for m in i686-linux arm-unknown-gnu sparc-sun-solaris2.6 amd64-pc-freebsd12 nonsense vax a-b-c-d-e \
  mips64el-linux-gnuabi64 aarch64-apple-darwin20; do
  show sh $a/config.sub $m
done
show sh $a/config.guess
show sh $a/install-sh -d x/y/z 'w w'
show sh $a/install-sh -c -m 640 one x/y
show sh $a/install-sh -c -s nosuch x
show sh $a/install-sh -t x/y -v one three
show sh $a/install-sh -C one x/y/one
show sh $a/install-sh -T one x
show sh $a/missing makeinfo --version
show sh $a/missing nosuchprogram a
show sh $a/mkinstalldirs -m 700 m/n m/o
show sh $a/mdate-sh /usr/share/automake-1.16/mdate-sh
show sh $a/ylwrap a.y b c d -- true
show sh $a/test-driver --test-name t --log-file t.log --trs-file t.trs --color-tests yes --expect-failure no -- sh \
  -c 'echo out; exit 77'
cat t.log t.trs
show sh $a/compile cc -c -o x/f.o one.c
show sh $a/compile cl -Ix -L/y -lz a.c
show sh $a/ar-lib lib.exe cru a.lib b.obj
show sh $a/depcomp
rm -f gz[0-9]* *.gz *.xz *.zstd *.bz2 *.gzip *.bzip2 log* one.*

# Programs that gzexe has packed remove their folders after five seconds, in the background.
sleep 6
# What is missing is named, and fails the script.
if [ -e "$HOME/missing" ]; then
  echo "missing: $(cat "$HOME/missing")" >&2
  exit 1
fi
