# shellcheck shell=sh
# For the tests of render --flux: Kustomizations and what they hold.

# ks NAME [FIELD...]: a Kustomization; each FIELD is a line of its spec.
ks() {
	cat <<-Y
	apiVersion: kustomize.toolkit.fluxcd.io/v1
	kind: Kustomization
	metadata:
	  name: $1
	spec:
	  interval: 10m
	  prune: true
	  sourceRef: {kind: GitRepository, name: src}
	Y
	shift
	for field; do printf '  %s\n' "$field"; done
}

# cm NAME [LINE...]: a ConfigMap; each LINE is one of its data.
cm() {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s\n' "$1"
	shift
	[ $# -eq 0 ] || echo data:
	for line; do printf '  %s\n' "$line"; done
}

# refused DESC REGEX ARG...: status 2, one line that matches, nothing written.
refused() {
	what=$1
	regex=$2
	shift 2
	status "$what is refused" 2 render --flux "$@"
	like 'with a clear line' "$regex" err
	is 'and only that' '1 0' "$(wc -l <err | tr -d ' ') $(wc -c <out | tr -d ' ')"
}
