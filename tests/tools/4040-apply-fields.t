#!/bin/sh
# apply: fields that others own, and objects that are to be left alone.
. "${0%/*}/../lib.sh"
. "$T_TOP/tests/tools/apply.sh"
need_tool jq kubectl
need_cluster
new_namespace

data() { kc get configmap "$1" -o 'jsonpath={.data}'; }

config a 1 | stage "$NS/app" '{}' >in
status 'an object' 0 apply <in
kc patch configmap a --field-manager=other -p '{"data":{"a":"2","b":"2"}}' \
    >/dev/null
status 'a conflict that may not be forced' 4 apply --conflicts fail <in
is 'is told' ConfigMap/a:FieldManagerConflict "$(actions out)"
like 'with the field and who owns it' '\.data\.a: conflict with "other"' err
is 'nothing is written' '{"a":"2","b":"2"}' "$(data a)"
status 'it is forced' 0 apply <in
json 'and said from whom' '["other"]' \
    'select(.type == "object").apply.took' out
like 'to people too' 'configured \(took fields from other\)$' err
is 'what others have added stays' '{"a":"1","b":"2"}' "$(data a)"

config b 1 | jq '.data.gone = "1"' | kc apply -f - >/dev/null 2>&1
config b 1 | stage "$NS/app" '{}' >in
status 'what kubectl once applied' 0 apply --conflicts fail <in
is 'goes when it is not in the manifest' '{"a":"1"}' "$(data b)"
is 'with the annotation that kubectl left' '' \
    "$(kc get configmap b -o jsonpath='{.metadata.annotations}')"
is 'and is ours' poundlock \
    "$(kc get configmap b -o jsonpath='{.metadata.managedFields[*].manager}')"

config f 1 | jq '.data.gone = "1"' |
    kc apply --server-side --field-manager=kustomize-controller -f - >/dev/null
config f 1 | stage "$NS/app" '{}' >in
status 'what Flux once applied' 0 apply <in
is 'goes likewise' '{"a":"1"}' "$(data f)"

config m 1 | jq '.data.more = "1"' | kc apply -f - >/dev/null 2>&1
config m 2 | annotate ssa Merge | stage "$NS/app" '{}' >in
status 'with ssa: Merge' 0 apply <in
is 'it stays' '{"a":"2","more":"1"}' "$(data m)"

config i 1 | annotate ssa ifnotpresent | stage "$NS/app" '{}' >in
status 'with ssa: IfNotPresent' 0 apply <in
is 'an object is created' ConfigMap/i:created "$(actions out)"
config i 2 | annotate ssa IfNotPresent | stage "$NS/app" '{}' >in
status 'and then' 0 apply <in
is 'left alone' ConfigMap/i:skipped "$(actions out)"

config a 5 | stage "$NS/app" '{}' >in
kc annotate --field-manager=flux-client-side-apply configmap a \
    kustomize.toolkit.fluxcd.io/reconcile=Disabled >/dev/null
status 'with reconcile: disabled on the live object' 0 apply <in
is 'it is left alone' ConfigMap/a:skipped "$(actions out)"
is 'as it was' '{"a":"1","b":"2"}' "$(data a)"
config n 5 | annotate reconcile disabled | stage "$NS/app" '{}' >in
status 'or on the manifest' 0 apply <in
ok 'nothing is created' missing configmap/n

config o 1 | stage "$NS/app" '{}' >in
kc create configmap poundlock-app2 >/dev/null
config o 1 | stage "$NS/app2" '{}' >in
status "somebody's own ConfigMap is not taken for an inventory" 4 apply <in
like 'as it says' "ConfigMap/$NS/poundlock-app2: exists but is no inventory" err
kc annotate --overwrite configmap poundlock-app \
    applyset.kubernetes.io/tooling=kubectl/v1.32 >/dev/null
config o 1 | stage "$NS/app" '{}' >in
status 'nor is the set of other tooling touched' 4 apply <in
like 'but who has it is said' \
    'belongs to other tooling, kubectl/v1.32; --take-ownership takes' err
ok 'and nothing is written' missing configmap/o
config o 1 | stage "$NS/app" '{"prune":true}' >in
for how in --prune --delete --dry-run; do
	status "with $how neither" 4 apply "$how" <in
done

printf '%s' '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},' \
    '"stringData":{"password":["hunter2"]}}' | stage "$NS/secret" '{}' >in
status 'a Secret that is wrong' 4 apply <in
like 'is said to be, without what it holds' \
    'stringData.password: expected string, got \*\*\*$' err
unlike 'anywhere' hunter2 err
json 'nor in the record of the error' 'false' \
    'select(.type == "object").error.message | contains("hunter2")' out
status 'by diff-immutable neither' 4 diff-immutable <in
unlike 'nor there' hunter2 err

# A set that kubectl has made, and the way back.
KUBECTL_APPLYSET=true
export KUBECTL_APPLYSET
{ config k1 1 && config k2 1; } | kc apply --server-side --prune \
    --applyset=configmap/poundlock-theirs -f - >log 2>&1
config k1 2 | stage "$NS/theirs" '{"prune":true}' >in
tooling() {
	kc get configmap poundlock-theirs -o json | jq -r '
	    .metadata.annotations["applyset.kubernetes.io/tooling"] | split("/")[0]'
}
status 'a set of kubectl is refused' 4 apply <in
status 'a dry run of taking it over' 0 apply --dry-run --take-ownership <in
is 'leaves it theirs' kubectl "$(tooling)"
status 'it is taken over' 0 apply --take-ownership <in
is 'and is ours' poundlock "$(tooling)"
mv out now
status 'it then needs no leave' 0 apply --prune <now
ok 'to lose what is not wanted' missing configmap/k2
ok 'and to keep what is' exists configmap/k1

# kubectl reads the set, and prunes it.
kc label configmap f m a applyset.kubernetes.io/part-of- >/dev/null
config b 1 | kc apply --server-side --force-conflicts \
    --prune --applyset=configmap/poundlock-app -f - >log 2>&1
ok 'kubectl takes the set over' grep -q 'configmap/i pruned' log
ok 'and keeps what it applies' exists configmap/b

done_testing
