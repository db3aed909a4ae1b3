# shellcheck shell=bash
#
# What the parts of the bench share: a directory of its own that they work in,
# namespaces that go when they end, and the measuring.
#
#   namespace NAME...             make namespaces; they are removed at the end
#   compare WHAT COUNT [PROGRAM COMMAND]...
#                                 a table: each command, the mean of COUNT runs
#   with_kustomization DIR        a copy, DIR-k, that names its files
#
# Wall time, processor time (user and system, of all its processes), and the
# largest resident set of a process.  Asserts nothing but that it worked.
set -euo pipefail
# shellcheck disable=SC2034 # for the parts
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
# shellcheck disable=SC2034
ns=bench-$RANDOM
namespaces=()
# shellcheck disable=SC2154 # of the shell
trap 'kubectl delete namespace "${namespaces[@]}" --wait=false >/dev/null 2>&1
    rm -rf "$dir"' EXIT
cd "$dir"
export TMPDIR=$dir
TIMEFORMAT='%R %U %S'

namespace() {
	local n
	for n; do
		kubectl create namespace "$n" >/dev/null
		namespaces+=("$n")
	done
}

# measure COUNT COMMAND: wall and processor milliseconds of one of COUNT runs,
# and the largest resident set among its processes in MB.
measure() {
	local n=$1 i real user sys mem
	rm -f failed
	read -r real user sys < <({ time for ((i = 0; i < n; i++)); do
		/usr/bin/time -q -o mem.one -f %M bash -c "$2" >out 2>err ||
		    touch failed
	done; } 2>&1 | tail -n 1)
	if [ -e failed ]; then
		echo "bench: failed: $2" >&2
		head -n 5 err >&2
		exit 1
	fi
	mem=$(tail -n 1 mem.one)
	awk -v n="$n" -v r="$real" -v c="$user" -v s="$sys" -v m="$mem" 'BEGIN {
	    printf "%9.1f ms %9.1f ms %7.1f MB", r / n * 1000,
		(c + s) / n * 1000, m / 1024 }'
}

compare() {
	local what=$1 count=$2
	shift 2
	printf '%-22s %10s %12s %10s\n' "$what" 'wall time' processor memory
	while [ $# -gt 0 ]; do
		printf '  %-16s %s\n' "$1" "$(measure "$count" "$2")"
		shift 2
	done
}

# with_kustomization DIR: a copy, DIR-k, that names its files, for kubectl
with_kustomization() {
	cp -r "$1" "$1-k"
	(cd "$1" && echo resources: && printf -- '- %s\n' *.yaml) \
	    >"$1-k/kustomization.yaml"
}
