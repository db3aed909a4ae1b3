#!/bin/sh
# apply: what may be recreated and what never is, names made by the server,
# rights that are missing, and Flux at work on the same stage.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl faultproxy
need_cluster
new_namespace

stateful() {
	cat <<-J
		{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"s"},
		 "spec":{"serviceName":"$1","replicas":0,
		  "selector":{"matchLabels":{"a":"s"}},
		  "template":{"metadata":{"labels":{"a":"s"}},
		   "spec":{"containers":[{"name":"c","image":"a:1"}]}}}}
	J
}
force='{"force":true,"timeout":"1m"}'
stateful one | stage "$NS/app" "$force" >in
status 'a StatefulSet' 0 apply <in
old=$(uid statefulset/s)
stateful two | stage "$NS/app" "$force" >in
run diff-immutable <in
mv out plan
status 'is not recreated for the leave of its stage' 4 apply --force <plan
is 'but refused' StatefulSet/s:Immutable "$(actions out)"
unlike 'with no way out that would not help' 'spec.force|--force' err
is 'it lives on' "$old" "$(uid statefulset/s)"
status 'nor without a plan' 4 apply --force <in
is 'it still lives' "$old" "$(uid statefulset/s)"
stateful two | annotate force Enabled | stage "$NS/app" '{"timeout":"1m"}' >in
run diff-immutable <in
mv out plan
status 'with its own leave' 0 apply <plan
is 'it is' StatefulSet/s:recreated "$(actions out)"
ok 'another one' [ "$old" != "$(uid statefulset/s)" ]

deployment a:1 | stage "$NS/app" "$force" >in
status 'a Deployment' 0 apply <in
old=$(uid deployment/d)
deployment a:1 | jq -c '.spec.strategy = {type: "Recreate"}' |
    stage "$NS/app" "$force" >in
status 'where only a default is in the way' 0 apply <in
is 'is changed in place' "$old Recreate" \
    "$(uid deployment/d) $(kc get deployment d -o jsonpath='{.spec.strategy.type}')"
# What is ours of the Deployment, since when; its controller writes the rest.
ours() {
	kc get deployment d -o json --show-managed-fields | jq -c '.metadata
	    | [.generation, (.managedFields[] | select(.manager == "poundlock"))]'
}

# settled WHAT: nothing is left to be done, not even to who holds what.
settled() {
	status "$1 is settled then" 0 diff-immutable <in
	unlike 'to the last field' ownership out
	t_ours=$(ours)
	run apply <in
	is 'so the next run writes nothing' "$t_ours unchanged" \
	    "$(ours) $(jq -r 'select(.apply).apply.action' out)"
}
settled 'a default that was in the way'
kc delete deployment d >/dev/null
deployment a:1 | stage "$NS/app" "$force" >one
run apply <one
old=$(uid deployment/d)
run diff-immutable <in
mv out plan
status 'by a plan as well' 0 apply <plan
is 'as it says' Deployment/d:configured "$(actions out)"
is 'in place' "$old Recreate" \
    "$(uid deployment/d) $(kc get deployment d -o jsonpath='{.spec.strategy.type}')"

settled 'it'
kc delete deployment d >/dev/null
deployment a:1 | kc create -f - >/dev/null
run diff-immutable <in
mv out plan
status 'one that nobody has applied' 0 apply <plan
settled 'that'
old=$(uid deployment/d)

deployment 'a:1' | jq -c '.spec.replicas = -1' | stage "$NS/app" "$force" >in
status 'what is wrong in itself is no reason to delete' 4 apply --force <in
is 'but an error' Deployment/d:Invalid "$(actions out)"
is 'and the object lives' "$old" "$(uid deployment/d)"

job x a:1 | jq -c 'del(.metadata.name) | .metadata.generateName = "run-"' |
    stage "$NS/app" '{"prune":true}' >in
status 'a name that the server makes' 0 apply <in
name=$(jq -r 'select(.type == "object").object.metadata.name' out)
ok 'is told' exists "job/$name"
mv out first
status 'each time' 0 apply <in
mv out second
status 'and the older ones are pruned' 0 apply --prune <second
ok 'the first is gone' missing "job/$name"
ok 'the second is not' exists "job/$(jq -r \
    'select(.type == "object").object.metadata.name' second)"

kc create role r --verb=get,list,create,patch --resource=configmaps >/dev/null
kc create rolebinding r --role=r --user=alice >/dev/null
config c 1 | stage "$NS/other" '{"prune":true,"timeout":"1m"}' >in
status 'with no more rights than needed' 0 apply --as alice <in
: | stage "$NS/other" '{"prune":true,"timeout":"1m"}' >none
status 'a deletion that is not allowed' 3 apply --as alice --prune \
    --allow-empty <none
like 'is refused in the words of the server' \
    'ConfigMap/.*/c: .*cannot delete resource "configmaps"' err
ok 'and nothing is gone' exists configmap/c
status 'with none' 3 apply --as bob <in
like 'so is all' 'User "bob" cannot get resource' err
kc create role s --verb=get,create,patch --resource=configmaps >/dev/null
kc create rolebinding s --role=s --user=carol >/dev/null
{ config c 1 && config d 1 && config e 1 && config f 1 && config g 1; } |
    stage "$NS/other" '{"timeout":"1m"}' >in
status 'where listing is not allowed, objects are read by name' 0 \
    apply --as carol <in

k=kustomizations.kustomize.toolkit.fluxcd.io
kubectl get crd "$k" >/dev/null 2>&1 || {
	trap 'kubectl delete crd "$k" --wait=false >/dev/null 2>&1; t_end' EXIT
	kubectl apply --server-side -f - >/dev/null <<-J
		{"apiVersion":"apiextensions.k8s.io/v1",
		 "kind":"CustomResourceDefinition","metadata":{"name":"$k"},
		 "spec":{"group":"kustomize.toolkit.fluxcd.io",
		  "scope":"Namespaced",
		  "names":{"kind":"Kustomization","plural":"kustomizations"},
		  "versions":[{"name":"v1","served":true,"storage":true,
		   "schema":{"openAPIV3Schema":{"type":"object",
		    "x-kubernetes-preserve-unknown-fields":true}}}]}}
	J
	kubectl wait --for=condition=Established "crd/$k" >/dev/null
}
flux() {
	kc apply --server-side -f - >/dev/null <<-Y
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: other}
		spec: {suspend: $1}
	Y
}
eventually 10 flux false
config c 2 | stage "$NS/other" '{"prune":true}' >in
status 'what Flux takes care of is left to it' 4 apply <in
like 'which is said' "^apply: $NS/other: Flux .* suspend it first" err
is 'nothing is written' 1 "$(kc get configmap c -o jsonpath='{.data.a}')"
status 'nor deleted' 4 apply --delete <in
flux true
status 'until it is suspended' 0 apply <in
proxy 'GET /kustomizations/ * status=400'
config c 3 | stage "$NS/other" '{"prune":true}' >in
status 'whether it is must be known' 4 apply --kubeconfig kc <in
like 'which is said, too' "^apply: $NS/other: Flux's Kustomization: " err
is 'nothing is written then' 2 "$(kc get configmap c -o jsonpath='{.data.a}')"

done_testing
