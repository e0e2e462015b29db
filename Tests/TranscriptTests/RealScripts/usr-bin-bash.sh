#!/bin/bash
# needs: neofetch screenfetch ldd tzselect
# Bash scripts of /usr/bin on small input.
# Runs a command, which must be there.
show() {
  command -v "$1" >/dev/null || echo "$1" >>"$HOME/missing"
  echo "== $*"
  "$@" 2>&1
  echo "-- $?"
}
show ldd /bin/true | sed 's/0x[0-9a-f]*/0xN/'
show ldd /bin/true /usr/bin/env nosuch "$0" | sed 's/0x[0-9a-f]*/0xN/'
show ldd -v -u -r -d /bin/true | sed 's/0x[0-9a-f]*/0xN/'
show ldd; show ldd --version; show ldd --help; show ldd --nosuch; show ldd -- /etc/passwd
show tzselect --help; show tzselect --version; show tzselect --nosuch
for answers in '2 49 3 1' '8 15 1 2 1' '9 1 1'; do
  printf '%s\n' $answers | show tzselect | grep -v -e '^Selected time' -e '^Universal Time' -e '^Current'
done
printf '1\n1\n' | show tzselect -c 52+013 -n 4 | grep -v -e '^Selected time' -e '^Universal Time' -e '^Current' 
show screenfetch -h
show screenfetch -V
show screenfetch --nosuch
show screenfetch -L -D Debian
show screenfetch -n -N -d distro,kernel,host | sed 's/Kernel.*//'
show screenfetch -E -N -p -A 'Arch Linux' -d distro
show screenfetch -A Gentoo -w -t -S xterm -c 1,2 -d distro
show neofetch --help; show neofetch --version; show neofetch --print_config
for distro in Debian Ubuntu_small Arch NixOS Gentoo macOS windows; do
  show neofetch --config none -L --ascii_distro "$distro"
done
cat >own.conf <<'EOF'
print_info() { info title; info underline; info "OS" distro; info "Locale" locale; prin "A line" "value"; info cols; }
colors=(1 2 3 4 5 6)
title_fqdn=off
EOF
show neofetch --config "$HOME/own.conf" --stdout
show neofetch --config "$HOME/own.conf" --ascii_distro Debian --color_blocks on --bold off --separator ' =' \
  --ascii_colors 1 2 3 4
show neofetch --config none --off --stdout --disable gpu cpu memory uptime packages resolution kernel term disk de \
  wm shell

# What is missing is named, and fails the script.
if [ -e "$HOME/missing" ]; then
  echo "missing: $(cat "$HOME/missing")" >&2
  exit 1
fi
