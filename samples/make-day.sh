#!/bin/sh
# Writes samples/day.log: a day of hospital syslog, compressed to a minute.
# The same file at each run. Usage: samples/make-day.sh [FILE]
set -eu
here=$(dirname "$0")
out=${1:-$here/day.log}
LC_ALL=C
export LC_ALL
{
	echo '# A sample day for `vigie play`: SECONDS MEMBER udp|tcp TEXT'
	echo '# Made by samples/make-day.sh; all names and addresses are invented.'
	awk -f "$here/day/benign.awk"
	awk -f "$here/day/attacks.awk"
} | awk '
	/^#/ && NR <= 2 { printf "0000.000\t%d\t%s\n", NR - 3, $0; next }
	/^# attack: / {
		# A comment takes the time of the line behind it.
		note = note sprintf("%s\n", $0); next
	}
	{
		if (note != "") {
			n = split(note, notes, "\n")
			for (i = 1; i < n; i++)
				printf "%08.3f\t%06d\t%s\n", $1, ++seq, notes[i]
			note = ""
		}
		printf "%08.3f\t%06d\t%s\n", $1, ++seq, $0
	}
' | sort -t '	' -k1,1 -k2,2n | cut -f3- > "$out"
