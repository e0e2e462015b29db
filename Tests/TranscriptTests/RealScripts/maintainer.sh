#!/bin/sh
# The maintainer scripts of the packages that are installed, made harmless: absolute paths lead below HOME, and commands
# that change anything only say how they were called.
root=$HOME/root commands=$HOME/commands
folders='etc usr var lib bin sbin run tmp boot opt srv home root proc sys mnt media'
mkdir "$commands"
for file in /usr/bin/* /usr/sbin/*; do
  printf '%s\n' '#!/bin/dash' 'echo "${0##*/} $*"' >"$commands/${file##*/}"
done
chmod +x "$commands"/*
for name in '[' printf test true false; do ln -sf "/usr/bin/$name" "$commands"; done
for name in awk basename cat cut dirname egrep env expr fgrep grep head readlink sed seq sort stat tail \
  tr uniq wc; do
  ln -sf "$(command -v "$name")" "$commands/$name"
done
ln -sf "$BIN/sh" "$commands"
mkdir template && (cd template && mkdir -p $folders usr/share/debconf usr/share/dpkg usr/lib usr/bin etc/default \
  var/lib/dpkg var/log)
cp /usr/share/debconf/confmodule template/usr/share/debconf
[ ! -d /usr/share/dpkg/sh ] || cp -R /usr/share/dpkg/sh template/usr/share/dpkg
expression="s,(^|[^A-Za-z0-9._/}*-])/($(echo $folders | tr ' ' '|'))(/|\$|[^A-Za-z0-9]),\1$root/\2\3,g"
# The answers of debconf, all of them empty.
yes 0 | head -n 1000 >answers
count=0
for script in /var/lib/dpkg/info/*.preinst /var/lib/dpkg/info/*.postinst /var/lib/dpkg/info/*.prerm \
  /var/lib/dpkg/info/*.postrm /var/lib/dpkg/info/*.config; do
  read -r line <"$script" && case $line in '#!/bin/sh'* | '#! /bin/sh'*) ;; *) continue ;; esac
  count=$((count + 1))
  sed -E "$expression" "$script" >script
  case $script in
  *.preinst) calls='install' all='upgrade 1.0:abort-upgrade 1.0' ;;
  *.postinst) calls='configure:configure 1.0' all='triggered /usr/share:abort-remove:reconfigure' ;;
  *.prerm) calls='remove' all='upgrade 1.0:deconfigure:failed-upgrade 1.0' ;;
  *.postrm) calls='purge' all='remove:upgrade 1.0:abort-install' ;;
  *.config) calls='configure' all='reconfigure 1.0' ;;
  esac
  [ -z "$ALL" ] || calls=$calls:$all
  IFS=:
  for call in $calls; do
    unset IFS
    rm -rf "$root"
    cp -R template "$root"
    name=${script##*/}
    echo "== $name $call"
    (cd "$root" && env -i PATH="$commands" HOME="$root" LC_ALL=C.UTF-8 DPKG_ROOT="$root" DEBIAN_HAS_FRONTEND=1 \
      DPKG_MAINTSCRIPT_NAME="${name##*.}" DPKG_MAINTSCRIPT_PACKAGE="${name%.*}" \
      "$BIN/sh" ../script $call <../answers 2>../errors)
    # Where a redirection fails, dash ends with 2, and others with 1.
    status=$?
    echo "-- $((status == 2 ? 1 : status))"
    cat errors
    (cd "$root" && find . -type f ! -name confmodule ! -path './usr/share/dpkg/*' -printf '%m %p\n' -exec cat {} \; | sort)
  done
done
rm -rf "$root" "$commands" template script errors
[ "$count" -ge 60 ]
