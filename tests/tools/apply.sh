# shellcheck shell=sh
# For the tests of apply: streams by hand.

# stage NAME SPEC: a whole stream of one stage, its objects from standard input.
stage() {
	printf '{"type":"begin","tool":"test","stream":1}\n'
	printf '{"type":"stage","stage":"%s","after":[],"spec":%s}\n' "$1" "$2"
	jq -c --arg s "$1" '{type: "object", stage: $s, object: .}'
	printf '{"type":"end","tool":"test"}\n'
}

# job NAME IMAGE
job() {
	printf '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"%s"},' \
	    "$1"
	printf '"spec":{"template":{"spec":{"restartPolicy":"Never",'
	printf '"containers":[{"name":"c","image":"%s"}]}}}}\n' "$2"
}

# config NAME VALUE
config() {
	printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":'
	printf '{"name":"%s"},"data":{"a":"%s"}}\n' "$1" "$2"
}

# annotate KEY VALUE: the object on standard input with one of Flux's.
annotate() {
	jq -c --arg k "kustomize.toolkit.fluxcd.io/$1" --arg v "$2" \
	    '.metadata.annotations[$k] = $v'
}

# actions FILE: what became of each object, "kind/name:action ...".
actions() {
	jq -r 'select(.type == "object") |
	    "\(.object.kind)/\(.object.metadata.name):" +
	    (.error.reason // .apply.action // "-")' "$1" | xargs
}

uid() { kc get "$1" -o 'jsonpath={.metadata.uid}'; }

# exists KIND/NAME
exists() { kc get "$1" >/dev/null 2>&1; }
missing() { ! exists "$1"; }

# parent KEY: an annotation of the inventory of stage app.
parent() {
	kc get configmap poundlock-app -o \
	    "jsonpath={.metadata.annotations.applyset\\.kubernetes\\.io/$1}"
}
