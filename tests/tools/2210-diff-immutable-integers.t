#!/bin/sh
# Integers beyond 2^53 from files to the API server and back.  jq before 1.7
# rounds them, and so this test looks at texts.
. "${0%/*}/../lib.sh"
need_cluster
need_tool jq
new_namespace

group=$NS.example.com
mkdir app
cat >app/kustomization.yaml <<Y
namespace: $NS
resources: [definition.yaml, size.yaml]
Y
cat >app/definition.yaml <<Y
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: sizes.$group}
spec:
  group: $group
  scope: Namespaced
  names: {kind: Size, plural: sizes}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              size: {type: integer, format: int64}
              mask: {type: integer, maximum: 18446744073709551615}
              wide: {type: number}
              step:
                type: integer
                minimum: -9223372036854775808
                maximum: 9223372036854775807
              level: {type: integer, maximum: 9007199254740993, default: 1}
              list: {type: array, items: {type: integer, format: int64}}
              keyed:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [id]
                items:
                  type: object
                  required: [id]
                  properties: {id: {type: integer, format: int64}, v: {type: string}}
Y
cat >app/size.yaml <<Y
apiVersion: $group/v1
kind: Size
metadata: {name: a}
spec:
  size: 9007199254740993
  wide: 18446744073709551615
  list: [9007199254740993, -9223372036854775808, 9223372036854775807]
  keyed: [{id: 9007199254740993, v: a}, {id: 9007199254740995, v: b}]
Y

render app >rendered || exit 1
has() { ok "$1" grep -Fq -e "$2" "$3"; }
actions() { jq -r 'select(.diff).diff.action' out | xargs; }
applied() { jq -r 'select(.apply).apply.action' out | xargs; }
has 'the stream has the digits' '"size":9007199254740993,' rendered
has 'and those of bounds' '"maximum":18446744073709551615' rendered

status 'what is new' 1 diff-immutable <rendered
is 'is created' 'create create' "$(actions)"
has 'and passes on' '"size":9007199254740993,' out
status 'it is ordered' 0 graph-order <rendered
has 'and keeps its digits' '[9007199254740993,-9223372036854775808,9223372036854775807]' out
status 'it is applied' 0 apply <rendered
is 'as new' 'created created' "$(applied)"

kc get sizes.v1."$group" a -o yaml >live
has 'the server has the value' '  size: 9007199254740993' live
has 'and the list' '  - -9223372036854775808' live
has 'what has more than 63 bits became a double' '  wide: 1.8446744073709552e+19' live
has 'and the keys' '  - id: 9007199254740995' live

status 'a second time' 0 diff-immutable <rendered
is 'nothing is to do' 'none none' "$(actions)"
mv out plan
before=$(kc get sizes.v1."$group",customresourcedefinitions/sizes."$group" \
    -o yaml 2>/dev/null | grep resourceVersion)
status 'the plan of it' 0 apply <plan
is 'changes nothing' 'unchanged unchanged' "$(applied)"
status 'nor does a second apply' 0 apply <rendered
is 'without a plan' 'unchanged unchanged' "$(applied)"
after=$(kc get sizes.v1."$group",customresourcedefinitions/sizes."$group" \
    -o yaml 2>/dev/null | grep resourceVersion)
is 'and nothing is written' "$before" "$after"

sed 's/size: 9007199254740993/size: 9007199254740995/' app/size.yaml >s
mv s app/size.yaml
render app >rendered || exit 1
status 'another last digit' 1 diff-immutable <rendered
is 'is an update' 'none update' "$(actions)"
has 'of that field' \
    '{"path":"/spec/size","from":9007199254740993,"to":9007199254740995' out
status 'as people read it' 1 diff-immutable -o diff <rendered
has 'from one' '-  size: 9007199254740993' out
has 'to the other' '+  size: 9007199254740995' out
status 'it is applied' 0 apply <rendered
is 'as a change' 'unchanged configured' "$(applied)"
kc get sizes.v1."$group" a -o yaml >live
has 'the server has it' '  size: 9007199254740995' live

status 'an older stream' 1 diff-immutable --old plan --offline <rendered
has 'differs as well' \
    '{"path":"/spec/size","from":9007199254740993,"to":9007199254740995' out
status 'what is there is waited for' 0 wait --timeout 30s <rendered
has 'and passes on' '"size":9007199254740995,' out

sed 's/id: 9007199254740995, v: b/id: 9007199254740996, v: b/' app/size.yaml >s
mv s app/size.yaml
render app >rendered || exit 1
status 'an element with another key' 0 apply <rendered
is 'is a change' 'unchanged configured' "$(applied)"
kc get sizes.v1."$group" a -o yaml >live
has 'it is there' 'id: 9007199254740996' live
ok 'and the other one gone' sh -c '! grep -q "id: 9007199254740995" live'

kubectl delete crd "sizes.$group" --wait=false >/dev/null
done_testing
