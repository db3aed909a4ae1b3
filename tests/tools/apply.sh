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

# reader CONFIG: a Job that runs again when that ConfigMap changes
reader() {
	job reader r:1 | jq -c --arg n "$1" '
	    .metadata.annotations["poundlock/run"] = "on-config-change"
	    | .spec.template.spec.containers[0].envFrom =
		[{configMapRef: {name: $n}}]'
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

# --- a stage that changes in every way, from ./one to ./two ------------------

deployment() {
	cat <<-J
		{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},
		 "spec":{"replicas":1,"selector":{"matchLabels":{"a":"d"}},
		  "template":{"metadata":{"labels":{"a":"d"}},
		   "spec":{"containers":[{"name":"c","image":"$1"}]}}}}
	J
}
# two_versions: make both, and the stage's first state in the cluster.
two_versions() {
	spec='{"force":true,"prune":true,"timeout":"30s"}'
	{ config keep 1 && config old 1 && job j a:1 && deployment a:1 &&
		reader keep; } | stage "$NS/app" "$spec" >one
	{ config keep 2 && config new 1 && job j a:2 && deployment a:2 &&
		reader keep; } | stage "$NS/app" "$spec" >two
}

# What the user sees of it: no uid and no version, but all that is there.
state() {
	kc get configmap,job,deployment -o json | jq -c '.items[] |
	    select(.metadata.name != "kube-root-ca.crt") |
	    [.kind, .metadata.name, .data, .metadata.labels,
	     .metadata.annotations["applyset.kubernetes.io/contains-group-kinds"],
	     .spec.template.metadata.annotations,
	     .spec.template.spec.containers[0].image]'
}
# Both runs: what a driver does.
release() { apply <"$1" >res && apply --prune <"$1" >res; }
