#!/bin/sh
# Stages with service accounts of their own: what those may not do, a run does
# not do for them.
. "${0%/*}/../lib.sh"
need_tool jq kubectl
need_cluster
new_namespace
HOME=$T_DIR/home XDG_STATE_HOME=$T_DIR/state
export HOME XDG_STATE_HOME

kc create serviceaccount tenant >/dev/null
kc create rolebinding tenant --clusterrole admin \
    --serviceaccount "$NS:tenant" >/dev/null
mkdir flux app
cat >flux/app.yaml <<Y
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: app, namespace: $NS}
spec:
  serviceAccountName: tenant
  sourceRef: {kind: GitRepository, name: x}
  path: ./app
  interval: 1h
  timeout: 1m
  prune: true
  wait: true
Y
cm() {
	printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n' "$1"
}
cm one >app/one.yaml
cm two >app/two.yaml

status 'plan looks at such a stage' 1 poundlock plan flux --root .
run render --flux flux --root .
mv out chain
status 'apply alone does not write it as somebody else' 2 apply <chain
like 'and says as whom it is' \
    "^apply: $NS/app: is to be applied as system:serviceaccount:$NS:tenant: say --as" err
is 'nothing is there' '' "$(kc get cm one --ignore-not-found -o name)"
status 'unless it is told' 0 \
    apply --as "system:serviceaccount:$NS:tenant" <chain
status 'a run goes as the account' 0 poundlock run flux --root .
like 'and is healthy' "$NS/app: healthy after .* 2 unchanged" err
rm app/two.yaml
status 'it prunes' 0 poundlock run flux --root .
is 'what went' '' "$(kc get cm two --ignore-not-found -o name)"

cat >app/role.yaml <<Y
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: $NS}
rules: [{apiGroups: ["*"], resources: ["*"], verbs: ["*"]}]
Y
status 'what the account may not do' 3 poundlock run flux --root .
like 'is refused by the server' \
    "^diff-immutable: ClusterRole/$NS: .*system:serviceaccount:$NS:tenant.* cannot" err
is 'and not done' '' \
    "$(kubectl get clusterrole "$NS" --ignore-not-found -o name)"
rm app/role.yaml
status 'delete goes as the account too' 0 poundlock delete flux --root .
is 'what was there is gone' '' "$(kc get cm one --ignore-not-found -o name)"

# The dot of a name stands for itself alone.
sed -e 's/name: app,/name: a.p,/' -e 's/\.\/app/.\/dot/' -e /serviceAccountName/d \
    flux/app.yaml >flux/dot.yaml
mkdir dot
cat >dot/role.yaml <<Y
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: $NS}
rules: []
Y
status 'a stage without an account of its own' 0 poundlock run flux --root .
like 'goes as yourself' "$NS/a\\.p: healthy after .*, 1 created" err
status 'and goes again' 0 poundlock delete flux --root .

done_testing
