#!/bin/sh
# Stages that don't depend on each other run at the same time, and one that
# fails doesn't stop the other.
. "${0%/*}/lib.sh"
need_cluster
new_namespace

# stage NAME [AFTER]: a stage whose one Deployment takes a second to be ready
stage() {
	kustomization "$1" 'timeout: 1m' 'prune: true' \
	    "dependsOn: [${2:+"{name: $2}"}]"
	cat >"app/$1/deployment.yaml" <<-Y
		apiVersion: apps/v1
		kind: Deployment
		metadata: {name: $1}
		spec:
		  selector: {matchLabels: {app: $1}}
		  template:
		    metadata:
		      labels: {app: $1}
		      annotations: {test/ready-after: 1s}
		    spec:
		      containers: [{name: app, image: "ghcr.io/org/my-app:v1.0.0"}]
	Y
}

stage left
stage right
stage last left
status 'the run goes through' 0 release
ready() { last deployment-controller 'update|patch' "deployments/$1/status"; }
created() { when poundlock 'create|patch' "deployments/$1"; }
before 'the right one started before the left one was ready' \
    "$(created right)" "$(ready left)"
before 'and the left one before the right one was' \
    "$(created left)" "$(ready right)"
before 'what depends on the left one waited for it' \
    "$(ready left)" "$(created last)"

rm -r app
new_namespace
stage left
stage right
stage after right
cat >app/left/deployment.yaml <<'Y'
apiVersion: batch/v1
kind: Job
metadata: {name: left}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {test/exit: "1"}}
    spec:
      restartPolicy: Never
      containers: [{name: app, image: "ghcr.io/org/my-app:v1.0.0"}]
Y
since
status 'where one stage fails the run does' 5 release
like 'and says which' "$NS/left: failed" err
status 'the branch beside it went through' 0 \
    kc rollout status deployment/after --timeout=1s

done_testing
