# What few scripts do without. `make release` puts the code that it executes side by side in the executable.
x=1; echo "$x" ${#x} $((x + 1)) ${x%1} ${x:-2} >/dev/null
f() { [ "$1" = a ] && return 1; case $1 in a*) ;; *) : ;; esac; }
for i in a b; do f $i || f b; done
while [ "$x" -lt 3 ]; do x=$(echo $((x + 1))); done
if test -d / -a -x /; then cd /; fi
export x; set -- a b; shift; printf '%s\n' "$@" | { read -r y; echo $y; } >/dev/null
cat <<end | grep -q 3 && kill -0 $$
$x
end
( x=2 ); sleep 0 & wait; trap : EXIT; /bin/true; eval 'exit 0'
