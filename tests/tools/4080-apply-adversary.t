#!/bin/sh
# apply --prune where the cluster is not what it seems: what is not surely the
# stage's and unwanted stays.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl
need_cluster
new_namespace
spec='{"prune":true,"timeout":"30s"}'
uids() { kc get "$1" -o jsonpath='{.items[*].metadata.uid}'; }

# --- labels that were copied

slice() {
	cat <<-J
		{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",
		 "metadata":{"name":"by-hand-$1","labels":
		  {"kubernetes.io/service-name":"elsewhere"}},
		 "addressType":"IPv4","endpoints":[]}
	J
}
service() {
	printf '{"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},'
	printf '"spec":{"selector":{"a":"b"},"ports":[{"port":80}]}}\n'
}
{ service && slice 1 && slice 2; } | stage "$NS/app" "$spec" >in
status 'a Service, and EndpointSlices of our own' 0 apply <in
made() {
	kc get endpointslices -l kubernetes.io/service-name=s -o json |
	    jq -er '.items[] | select(.metadata.labels |
		has("applyset.kubernetes.io/part-of")).metadata.uid'
}
ok 'the controller gives its own the labels of the Service' eventually 20 made
old=$(made)
{ service && slice 1; } | stage "$NS/app" "$spec" >less
status 'what the stage lacks is deleted' 0 apply --prune <less
is 'but nothing that a controller has made' \
    'Service/s:- EndpointSlice/by-hand-1:- EndpointSlice/by-hand-2:deleted' \
    "$(actions out)"
is 'indeed' "$old" "$(made)"

{ config a 1 && config b 1; } | stage "$NS/copy" "$spec" >in
status 'objects of which one is copied' 0 apply <in
kc get configmap a -o json | jq 'del(.metadata["uid", "resourceVersion",
    "managedFields", "creationTimestamp"]) | .metadata.name = "copy"' |
    kc create -f - >/dev/null
config a 1 | stage "$NS/copy" "$spec" >less
status 'with its labels' 0 apply --prune <less
ok 'the copy stays' exists configmap/copy
ok 'what was applied goes' missing configmap/b
status 'and what is deleted with all the stage owns' 0 apply --delete <less
ok 'does not take the copy along' exists configmap/copy

# --- one object in two groups

event() {
	cat <<-J
		{"apiVersion":"$1","kind":"Event","metadata":{"name":"e"},
		 "reason":"Test","type":"Normal",$2}
	J
}
event v1 '"involvedObject":{"namespace":"'"$NS"'"},"message":"m",
    "reportingComponent":"a.b/c","reportingInstance":"i","action":"A",
    "eventTime":"2026-01-01T00:00:00.000000Z"' | stage "$NS/ev" "$spec" >in
status 'an object of one group' 0 apply <in
old=$(uid event/e)
event events.k8s.io/v1 '"regarding":{"namespace":"'"$NS"'"},"note":"m",
    "reportingController":"a.b/c","reportingInstance":"i","action":"A",
    "eventTime":"2026-01-01T00:00:00.000000Z"' | stage "$NS/ev" "$spec" >less
status 'that moves to another group' 0 apply <less
status 'is not deleted under its old name' 0 apply --prune <less
is 'it is the same' "$old" "$(uid event/e)"

# --- names that the server makes

job x a:1 | jq -c '.metadata = {generateName: "gen-"}' |
    stage "$NS/gen" "$spec" >in
status 'a Job whose name the server makes' 0 apply <in
mv out named
old=$(uids job)
status 'is not deleted when nobody says its name' 0 apply --prune <in
is 'since it may be the one' "$old" "$(uids job)"
status 'the next run makes another' 0 apply <in
mv out named
status 'and deletes the one before' 0 apply --prune <named
is 'so that there is one' 1 "$(uids job | wc -w)"
ok 'a new one' [ "$old" != "$(uids job)" ]

# --- an API that is down

group=$NS.example.com
cat >api <<-J
	{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService",
	 "metadata":{"name":"v1.$group"},"spec":{"group":"$group","version":"v1",
	  "groupPriorityMinimum":1,"versionPriority":1,
	  "insecureSkipTLSVerify":true,
	  "service":{"namespace":"$NS","name":"nobody"}}}
J
{ config a 1 && config b 1; } | stage "$NS/down" "$spec" >in
status 'objects' 0 apply <in
kc annotate --overwrite configmap poundlock-down \
    "applyset.kubernetes.io/contains-group-kinds=ConfigMap,Thing.$group" \
    >/dev/null
kinds() {
	kc get configmap poundlock-down -o jsonpath='{.metadata.annotations.applyset\.kubernetes\.io/contains-group-kinds}'
}
kubectl create -f api >/dev/null
listed() { kubectl get --raw "/apis/$group" >/dev/null; }
ok 'and an API that others serve, but not now' eventually 20 listed
config a 1 | stage "$NS/down" "$spec" >less
status 'nothing is deleted' 3 apply --prune --request-timeout 2s <less
like 'which it says' "^apply: .*$group/v1" err
ok 'of no kind' exists configmap/b
is 'nor forgotten' "ConfigMap,Thing.$group" "$(kinds)"
status 'the stage is not deleted either' 3 \
    apply --delete --request-timeout 2s <less
ok 'with nothing of it' exists configmap/a
is 'nor its inventory' "ConfigMap,Thing.$group" "$(kinds)"
kubectl delete apiservice "v1.$group" >/dev/null

# --- an inventory that somebody has changed

unlisted() { ! kubectl get --raw "/apis/$group" >/dev/null 2>&1; }
eventually 20 unlisted
{ config a 1 && config b 1 && job j a:1; } | stage "$NS/torn" "$spec" >in
status 'objects of two kinds' 0 apply <in
torn() { kc annotate --overwrite configmap poundlock-torn "applyset.kubernetes.io/$1" >/dev/null; }
config a 1 | stage "$NS/torn" "$spec" >less
torn contains-group-kinds=Job.batch
torn additional-namespaces=kube-system,no-such-namespace
before=$(kubectl get configmap -n kube-system -o name | sort)
status 'an inventory that lists too little' 0 apply --prune <less
ok 'loses what it does not list' exists configmap/b
ok 'but nothing else' missing job/j
is 'and one that lists too much takes nothing' "$before" \
    "$(kubectl get configmap -n kube-system -o name | sort)"
kc label --overwrite configmap poundlock-torn \
    applyset.kubernetes.io/id=applyset-other-v1 >/dev/null
status 'an inventory of another id' 4 apply --prune <less
status 'is not written over' 4 apply <in
kc delete configmap poundlock-torn >/dev/null
status 'one that is gone' 0 apply --prune <less
ok 'deletes nothing' exists configmap/b
status 'and comes back' 0 apply <in
status 'to be complete again' 0 apply --prune <less
ok 'so that all goes that should' missing configmap/b

# --- another of that name

config one 1 | stage "$NS/uid" "$spec" >in
run apply <in
: | stage "$NS/uid" "$spec" >none
kc delete configmap one >/dev/null
kc create configmap one >/dev/null
status 'an object that others have made anew' 0 \
    apply --prune --allow-empty <none
ok 'is theirs' exists configmap/one

# --- the same name in two stages

role() {
	printf '{"apiVersion":"rbac.authorization.k8s.io/v1","kind":'
	printf '"ClusterRole","metadata":{"name":"%s"},"rules":[]}\n' "$NS-role"
}
role | stage "$NS/first" "$spec" >first
role | stage "$NS/second" "$spec" >second
: | stage "$NS/first" "$spec" >none
status 'a cluster-scoped object' 0 apply <first
old=$(uid "clusterrole/$NS-role")
status 'that another stage takes' 0 apply <second
status 'is not deleted by the one that had it' 0 \
    apply --prune --allow-empty <none
status 'nor with all of it' 0 apply --delete <first
is 'it is the same' "$old" "$(uid "clusterrole/$NS-role")"
kubectl delete clusterrole "$NS-role" >/dev/null

# A name that is a path to something else.
ns=$(kubectl get namespace "$NS" -o 'jsonpath={.metadata.uid}')
for name in .. . ../../../namespaces a%2fb; do
	config "$name" 1 | jq -c --arg ns "$NS" '.metadata.namespace = $ns' >in
	for how in --force --delete; do
		status "an object of the name $name, $how" 2 apply "$how" <in
		like 'is none' "^apply: .*:1: metadata.name can't be a name" err
	done
	status 'for diff-immutable neither' 2 diff-immutable <in
done
config x 1 | stage ../x '{"prune":true}' >in
for how in --force --delete; do
	status "a stage of such a name, $how" 3 apply "$how" <in
done
is 'nobody has come to harm' "$ns" \
    "$(kubectl get namespace "$NS" -o 'jsonpath={.metadata.uid}')"

done_testing
