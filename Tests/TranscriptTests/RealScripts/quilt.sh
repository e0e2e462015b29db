#!/bin/bash
# needs: quilt diffstat
# quilt, whose commands are bash scripts, on a generated tree.
adopt /usr/share/quilt "$HOME/quilt" bash "$BIN/bash" all
adopt /usr/share/quilt/scripts "$HOME/quilt/scripts" bash "$BIN/bash" all
export QUILT_DIR=$HOME/quilt QUILT_PC=.pc EDITOR="sed -i s/1/one/" QUILT_PATCHES=patches
ls "$HOME/quilt" 
show() { echo "== $*"; "$@" 2>&1; echo "-- $?"; }
mkdir -p project/src && cd project || exit
seq 20 >src/numbers; printf 'int main(void)\n{\n\treturn 0;\n}\n' >src/main.c; echo top >README
show quilt new first.patch; show quilt add src/numbers README; sed -i 's/^3$/three/' src/numbers; echo more >>README
show quilt refresh; cat patches/first.patch
show quilt new 'dir/second one.diff'; show quilt add src/main.c; sed -i 's/0/1/' src/main.c
show quilt diff; show quilt refresh -p ab --no-timestamps --sort; show quilt header
printf 'A header\nof two lines\n' | show quilt header -r; show quilt header; show quilt header --dep3 -a <<<'more'
show quilt series
show quilt series -v
show quilt applied
show quilt unapplied
show quilt top
show quilt previous
show quilt next
show quilt pop; show quilt push; show quilt pop -a; show quilt push -a; show quilt files -v; show quilt files -va
show quilt patches src/main.c; show quilt graph; show quilt graph --all; show quilt annotate src/numbers
show quilt new third.patch; show quilt edit src/numbers; show quilt refresh --diffstat; cat patches/third.patch
show quilt fork fourth.patch; show quilt rename -P fourth.patch fifth.patch; show quilt series
show quilt fold <<'P'
--- a/README
+++ b/README
@@ -1,2 +1,3 @@
 top
 more
+folded
P
show quilt diff -z
show quilt diff --snapshot
show quilt snapshot
show quilt revert README
show quilt remove README
show quilt refresh; show quilt pop -f
show quilt delete -r -n; show quilt import -P imported.patch patches/first.patch
show quilt grep three; show quilt top; show quilt push -f; show quilt pop 99; show quilt push nosuch
show quilt mail --mbox ../mbox --from a@b.c --subject s --to x@y.z; show quilt upgrade; show quilt setup -v ../none
show quilt --version; show quilt nosuch; show quilt push -h; show quilt init
find . -type f | sort; cd ..; rm -rf quilt
