#!/bin/sh
# wait --report: everything that is known of a failure, in files.
. "${0%/*}/../lib.sh"
need_tool jq

# --- without a cluster

failed='"status":{"conditions":[{"type":"Stalled","status":"True",'
failed=$failed'"reason":"Bad","message":"no good"}]}'
applied='{"kubectl.kubernetes.io/last-applied-configuration":"{hush}"}'
cat >s <<E
{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a:b..c","namespace":"n","annotations":$applied},"data":{"k":"aHVzaA=="},"stringData":{"l":"hush"},$failed}
{"apiVersion":"a.example/v1","kind":"Thing","metadata":{"name":"x"},$failed}
{"apiVersion":"b.example/v1","kind":"Thing","metadata":{"name":"x"},$failed}
{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"well","namespace":"n"}}
E
status 'objects that failed' 5 wait --offline --report r <s
find r | LC_ALL=C sort >got
cat >want <<'E'
r
r/Secret_n_a%3Ab..c
r/Secret_n_a%3Ab..c/events.json
r/Secret_n_a%3Ab..c/evidence.json
r/Secret_n_a%3Ab..c/object.yaml
r/Thing_x
r/Thing_x/events.json
r/Thing_x/evidence.json
r/Thing_x/object.yaml
r/Thing_x~2
r/Thing_x~2/events.json
r/Thing_x~2/evidence.json
r/Thing_x~2/object.yaml
r/summary.json
r/summary.txt
E
same 'have a folder each, whatever their names' want got
is 'all for their owner alone' '' "$(find r -perm /077)"
ok 'what a Secret holds is not in it' sh -c '! grep -rE "hush|aHVzaA==" r'
like 'but which keys it has' '^  k: .\*\*\*.$' r/Secret*/object.yaml
json 'the summary names the folders' '["Thing_x~2","current",null,5]' \
    '[.objects[2].folder, .objects[3].status, .objects[3].folder, .status]' \
    r/summary.json
like 'and says it in words' '^Thing/x: failed: .*no good' r/summary.txt
like 'with a count' '^1 of 4 objects current, exit status 5$' r/summary.txt
status 'a folder that is not empty is refused' 2 wait --offline --report r <s
like 'and named' '^wait: --report: r: the folder is not empty$' err
status 'one that can not be made too' 2 wait --offline --report x/y/z <s
mkdir empty
status 'an empty one is taken' 5 wait --offline --report empty <s
name=$(printf '%0250d' 0)
cat >s <<E
{"apiVersion":"v1","kind":"Pod","metadata":{"name":"$name"},"status":{"phase":"Failed"}}
E
status 'the longest name there is' 5 wait --offline --report long <s
ok 'has a folder too' [ -f long/Pod_0000000000*/object.yaml ]

# --- with one

need_cluster
new_namespace
job bad 1 | kubectl create -o json -f - >s
status 'a Job that fails' 5 wait --timeout 60s --report job <s
f=job/Job_${NS}_bad
like 'is there in full' '^  template:$' "$f/object.yaml"
json 'with its verdict' '["failed","BackoffLimitExceeded",1]' \
    '[.status, .reason, .evidence.pods[0].containers[0].exitCode]' \
    "$f/evidence.json"
pod=$(jq -r '.evidence.pods[0].name' "$f/evidence.json")
like 'its Pod' '^kind: Pod$' "$f/pods/$pod.yaml"
# What a controller tells of it may come after the verdict.
told() { kc get events -o json | jq -e 'any(.items[]; .involvedObject.kind == "Job")' >t.json; }
ok 'its controller tells of it' eventually 30 told
status 'seen once more' 5 wait --timeout 60s --report again <s
json 'the events of both, and not only the warnings' \
    '[true,["Job","Pod"]]' '[any(.type == "Normal"),
	([.[].object | split("/")[0]] | unique)]' "again/${f#*/}/events.json"
json 'and which log could not be had' true \
    '.missing | any(test("_c.log: "))' "$f/evidence.json"
like 'what standard error said is in the summary' \
    "^Job/$NS/bad: Pod $pod: container c: exit code 1 \(Error\)" job/summary.txt

deployment late 1h | kubectl create -o json -f - >s
status 'what is out of time' 6 wait --timeout 1s --report late <s
ok 'has a report as well' [ -s "late/Deployment_${NS}_late/object.yaml" ]
kc create configmap fine -o json >s
status 'all is well' 0 wait --timeout 10s --report well <s
is 'which leaves a summary alone' 'summary.json summary.txt' \
    "$(find well -type f -printf '%f\n' | sort | paste -sd' ')"

# --- a whole run

mkdir -p app/flux app/one app/two
for stage in one two; do
	cat >app/flux/$stage.yaml <<-Y
		apiVersion: kustomize.toolkit.fluxcd.io/v1
		kind: Kustomization
		metadata: {name: $stage, namespace: $NS}
		spec:
		  sourceRef: {kind: GitRepository, name: x}
		  path: ./$stage
		  interval: 1h
		  prune: true
		  wait: true
	Y
done
job broken 1 >app/one/job.yaml
job whole 0 >app/two/job.yaml
status 'a run with a stage that fails' 5 \
    poundlock run app/flux --root app --report "it's here"
ok 'leaves a report of it' [ -s "it's here/${NS}_one/Job_${NS}_broken/object.yaml" ]
ok 'and a summary of the other' [ -s "it's here/${NS}_two/summary.txt" ]
status 'a report that is there already' 2 \
    poundlock run app/flux --root app --report "it's here"
like 'is refused' "the report is not empty" err
status 'plan has none' 2 poundlock plan app/flux --root app --report r2
done_testing
