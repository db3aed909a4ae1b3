#!/bin/sh
# graph-order --ready: whether a stage may start, by readyExpr.
. "${0%/*}/../lib.sh"

# chain EXPR: a stage that depends on another with this expression.
chain() {
	jq -cn --arg expr "$1" '
	    {type: "begin", tool: "render", stream: 1},
	    {type: "stage", stage: "n/db", after: [], revision: "main@sha1:ab",
	     metadata: {labels: {version: "1.2"}, annotations: {a: "b"}},
	     spec: {wait: true, interval: "5m"}},
	    {type: "stage", stage: "n/app", after: ["n/db"],
	     metadata: {labels: {version: "1.2"}},
	     spec: {dependsOn: [{name: "db", readyExpr: $expr}]}},
	    {type: "end", tool: "render", stages: 2, objects: 0}'
}
may() { # may EXPR: the stage may start by it
	chain "$1" >c
	status "may start: $1" 0 graph-order --stage app --ready <c
}
may_not() { # may_not EXPR MESSAGE
	chain "$1" >c
	status "may not: $1" 5 graph-order --stage app --ready <c
	like 'and says so' "^graph-order: Kustomization/n/app: its dependency n/db is not ready: $2" err
	ok 'with nothing written' [ ! -s out ]
}

may 'dep.metadata.labels["version"] == self.metadata.labels["version"]'
may 'dep.status.conditions.filter(c, c.type == "Ready").all(c, c.status == "True")
    && dep.metadata.generation == dep.status.observedGeneration'
may 'dep.status.conditions.exists(c, c.type == "Healthy" && c.status == "True")'
may 'dep.status.lastAppliedRevision == "main@sha1:ab" && dep.status.lastAttemptedRevision.endsWith("ab")'
may 'dep.metadata.name == "db" && dep.metadata.namespace == "n" && dep.kind == self.kind'
may 'dep.metadata.annotations.a == "b" && dep.spec.interval == "5m"'
may 'self.metadata.name == "app" && self.status.observedGeneration == -1'
may ''
may_not 'dep.metadata.labels.version == "1.3"' \
    'readyExpr is false: dep\.metadata\.labels\.version == "1\.3"$'
may_not 'dep.status.phase == "Done"' 'readyExpr: 1:11: no such key: phase$'

chain 'dep.x' >c
status 'an expression that can not be right is wrong input' 2 \
    graph-order --stage app --ready <c
like 'and is named' 'n/app: readyExpr for n/db: 1:1: the expression is of type dyn, not bool' err
chain false >c
status 'without --ready nothing is asked' 0 graph-order --stage app <c
status 'nor of a stage that depends on none' 0 graph-order --stage db --ready <c
graph-order --from app <c >part
status 'what is not in the chain is passed over' 0 \
    graph-order --stage app --ready <part
like 'with a word' '^graph-order: Kustomization/n/app: readyExpr for n/db is passed over' err
status '--ready alone is wrong usage' 2 graph-order --ready <c
done_testing
