#!/bin/bash
# needs: ucf
# ucf, ucfr and lcf, which keep administrators' changes to configuration files: here below HOME.
show() { echo "== $*"; "$@" 2>&1; echo "-- $?"; }
mkdir -p state cache etc new old
export DEBIAN_FRONTEND=noninteractive DEBIAN_PRIORITY=critical
touch state/hashfile state/registry
sed -n '/^copyversion/q;p' /usr/bin/ucf >/dev/null
printf 'a\nb\nc\n' >new/file
u() { yes 0 | DEBIAN_HAS_FRONTEND=1 show ucf --debug=1 --state-dir "$HOME/state" "$@"; }
u new/file "$HOME/etc/file"; cat etc/file state/hashfile
u new/file "$HOME/etc/file"
printf 'a\nb\nc\nd\n' >new/file; u new/file "$HOME/etc/file"; cat etc/file
sed -i s/b/changed/ etc/file; printf 'a\nb\nc\nd\ne\n' >new/file
UCF_FORCE_CONFFOLD=1 u new/file "$HOME/etc/file"; cat etc/file; ls etc
UCF_FORCE_CONFFNEW=1 u --three-way new/file "$HOME/etc/file"; cat etc/file; ls etc
mkdir -p new/file.md5sum.d; u -v --purge "$HOME/etc/file"; cat state/hashfile
u; u --help; u new/nosuch "$HOME/etc/x"; u new/file relative; u --nosuch
show ucfr --state-dir "$HOME/state" package "$HOME/etc/file"
show ucfr --state-dir "$HOME/state" -v other "$HOME/etc/file"
show ucfr --force --state-dir "$HOME/state" other "$HOME/etc/file"
show ucfr --purge --state-dir "$HOME/state" other "$HOME/etc/file"
show ucfr; show ucfr --help; show ucfr package relative; cat state/registry
show lcf -v "$HOME/etc/file" new; show lcf; show lcf --help; show lcf --nosuch
