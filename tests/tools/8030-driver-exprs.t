#!/bin/sh
# A run whose stages have expressions: healthCheckExprs and readyExpr.
. "${0%/*}/../lib.sh"
need_cluster
new_namespace

# stage NAME VERSION [LINE...]: one ConfigMap, and lines of the Kustomization.
stage() {
	name=$1 version=$2
	shift 2
	mkdir -p flux "$name"
	kc create configmap "$name" --from-literal=phase=Done --dry-run=client \
	    -o yaml >"$name/cm.yaml"
	cat >"flux/$name.yaml" <<-Y
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: $name, namespace: $NS, labels: {v: "$version"}}
		spec:
		  sourceRef: {kind: GitRepository, name: x}
		  path: ./$name
		  interval: 1h
		  prune: true
		  wait: true
	Y
	for line; do printf '  %s\n' "$line"; done >>"flux/$name.yaml"
}
release() {
	rm -rf runs
	status "$1" "$2" poundlock run flux --root . --run-dir runs
}
is_there() { kc get configmap "$1" -o name; }
needs="dependsOn: [{name: db, readyExpr: 'dep.metadata.labels.v == self.metadata.labels.v'}]"
done="healthCheckExprs: [{apiVersion: v1, kind: ConfigMap, current: 'data.phase == \"Done\"'}]"

stage db 1 "$done"
stage app 2 "$needs"
stage last 2 'dependsOn: [{name: app}]'
release 'a readyExpr that is false ends the run' 5
like 'and is said' "^graph-order: Kustomization/$NS/app: its dependency $NS/db is not ready: readyExpr is false: dep\.metadata" err
ok 'what it depends on is done' is_there db
ok 'nothing of the stage is written' [ -z "$(kc get configmap app -o name --ignore-not-found)" ]
like 'nor of what depends on it' "$NS/last: not started" err

stage app 1 "$needs"
release 'one that holds lets it go on' 0
ok 'to the end' is_there last

broken="healthCheckExprs: [{apiVersion: v1, kind: ConfigMap, current: 'false', failed: 'data.phase == \"Done\"'}]"
stage db 1 "$broken"
release 'a failed expression fails the stage' 5
like 'and is said' "ConfigMap/$NS/db: failed: FailedExpr: healthCheckExprs\[0\]\.failed is true" err

stage db 1 "healthCheckExprs: [{apiVersion: v1, kind: ConfigMap, current: 'data.phase =='}]"
release 'one that is wrong ends the run before it starts' 2
like 'and is said with its place' 'flux/db\.yaml:10:.*spec\.healthCheckExprs\[0\]\.current: 1:14: the expression ends' err
stage db 1
release "without any it goes through again" 0
stage app 2 "$needs"
status "and deletion asks for none" 0 poundlock delete flux --root . --run-dir gone
done_testing
