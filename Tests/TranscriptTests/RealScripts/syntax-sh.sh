#!/bin/sh
# Which scripts of the system for /bin/sh `-n` accepts.
find /usr/bin /usr/sbin /usr/lib /usr/share /etc /var/lib/dpkg/info -type f -size -4M -print0 |
  xargs -0 awk 'FNR == 1 { if ($0 ~ "^#! ?(/usr)?/bin/(env )?sh") print FILENAME; nextfile }' | sort >list
while read -r file; do
  if sh -n "$file" 2>/dev/null; then echo "accepted $file"; else echo "refused $file"; fi
done <list
[ "$(wc -l <list)" -ge 150 ]
