#!/bin/sh
# Installs the named Debian packages that are missing. Asks for root by sudo
# where it is not root; does nothing when all are there.
missing=""
for package in "$@"; do
	dpkg-query -W -f='${Status}' "$package" 2>/dev/null |
	    grep -q 'ok installed' || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
echo "Installing:$missing"
as_root=""
if [ "$(id -u)" -ne 0 ]; then
	as_root="sudo"
	command -v sudo >/dev/null || {
		echo "These packages are missing; install them as root:" >&2
		echo "  apt-get install$missing" >&2
		exit 1
	}
fi
export DEBIAN_FRONTEND=noninteractive
# Debian starts redis-server as a service when it is installed; Vigie runs its
# own, so no service is started by this installation (policy-rc.d, 101: no).
policy=/usr/sbin/policy-rc.d
install() {
	made=""
	if [ ! -e "$policy" ]; then
		printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
		$as_root chmod 755 "$policy"
		made=yes
	fi
	# shellcheck disable=SC2086
	$as_root apt-get install -y -qq --no-install-recommends $missing
	code=$?
	[ -z "$made" ] || $as_root rm -f "$policy"
	return $code
}
log=$(mktemp)
if ! { $as_root apt-get update -qq && install; } >"$log" 2>&1; then
	cat "$log" >&2
	rm -f "$log"
	exit 1
fi
rm -f "$log"
