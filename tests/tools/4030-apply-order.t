#!/bin/sh
# apply: what others need comes first, also when it comes with the same stage.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl
need_cluster
new_namespace
g=$NS.example.org
own=$NS-own
T_NAMESPACES="$T_NAMESPACES $own"
trap 'kubectl delete crd "widgets.$g" --ignore-not-found --wait=false \
    >/dev/null 2>&1; t_end' EXIT

crd() {
	cat <<-J
		{"apiVersion":"apiextensions.k8s.io/v1",
		 "kind":"CustomResourceDefinition",
		 "metadata":{"name":"widgets.$g"},
		 "spec":{"group":"$g","scope":"Namespaced",
		  "names":{"kind":"Widget","plural":"widgets"},
		  "versions":[{"name":"v1","served":true,"storage":true,
		   "schema":{"openAPIV3Schema":{"type":"object",
		    "x-kubernetes-preserve-unknown-fields":true}}}]}}
	J
}
widget() {
	printf '{"apiVersion":"%s/v1","kind":"Widget","metadata":{"name":"w"},' \
	    "$g"
	printf '"spec":{"size":%s}}\n' "$1"
}
namespace() {
	printf '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%s"}}' \
	    "$own"
}

spec='{"prune":true,"timeout":"1m"}'
{ widget 1 && config c 1 && crd && namespace; } | stage "$own/app" "$spec" >in
status 'a dry run of a stage that brings its own kind and namespace' 0 \
    apply --dry-run <in
is 'says that all would be created' 4 \
    "$(actions out | xargs -n1 | grep -c ':created$')"
ok 'and creates nothing' missing "crd/widgets.$g"
status 'a stage that brings its own kind and namespace' 0 apply <in
is 'is written in an order that works' \
    "Widget/w:created ConfigMap/c:created CustomResourceDefinition/widgets.$g:created Namespace/$own:created" \
    "$(actions out)"
NS=$own
is 'the custom object is there' 1 "$(kc get "widgets.$g" w -o jsonpath='{.spec.size}')"
is 'and in the inventory' \
    "ConfigMap,CustomResourceDefinition.apiextensions.k8s.io,Namespace,Widget.$g" \
    "$(parent contains-group-kinds)"
status 'again' 0 apply <in
is 'nothing changes' \
    "Widget/w:unchanged ConfigMap/c:unchanged CustomResourceDefinition/widgets.$g:unchanged Namespace/$own:unchanged" \
    "$(actions out)"
{ config c 1 && crd && namespace; } | stage "$own/app" "$spec" >less
status 'a custom object is pruned' 0 apply --prune <less
ok 'too' missing "widgets.$g/w"

run diff-immutable <in
mv out plan
status 'after a plan' 0 apply <plan
is 'it comes back' \
    "Widget/w:created ConfigMap/c:unchanged CustomResourceDefinition/widgets.$g:unchanged Namespace/$own:unchanged" \
    "$(actions out)"

status 'with all its stage' 0 apply --delete <in
ok 'it goes' missing "widgets.$g/w"
is 'but not what may hold data' \
    "ConfigMap/c:deleted CustomResourceDefinition/widgets.$g:skipped Namespace/$own:skipped Widget/w:deleted" \
    "$(actions out | xargs -n1 | sort | xargs)"
status 'with leave' 0 apply --delete --prune-data <in
ok 'that goes as well' missing "namespace/$own"
ok 'all of it' missing "crd/widgets.$g"

config c 1 | stage "$own/app" "$spec" >in
status 'without its namespace a stage' 4 apply <in
like 'is told what is missing' \
    "^apply: $own/app: ConfigMap/$own/poundlock-app: .*create it" err
printf '{"apiVersion":"%s/v1","kind":"Nothing","metadata":{"name":"w"}}' "$g" |
    stage "$own/app" "$spec" >in
status 'a kind that nobody knows' 4 apply <in
is 'is an error of the object' Nothing/w:UnknownKind "$(actions out)"

done_testing
