// Command oracle tells what kstatus, and for Jobs Flux, say about the health of
// objects, so that lib/health can be held against them.
//
//	oracle mutate SEED N   print N objects, random mutations of the bases
//	oracle judge           read objects, one a line, and print one status a
//	                       line, in the spelling of the stream
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"math/rand"
	"os"
	"strconv"
	"strings"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/runtime/statusreaders"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// One base for each rule and each way through it; all are small, so that a
// mutation is likely to hit what decides.
var bases = []string{
	`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"generation":2},"spec":{"replicas":2,"progressDeadlineSeconds":600},"status":{"observedGeneration":2,"replicas":2,"updatedReplicas":2,"readyReplicas":2,"availableReplicas":2,"conditions":[{"type":"Progressing","status":"True","reason":"NewReplicaSetAvailable"},{"type":"Available","status":"True"}]}}`,
	`{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"generation":2},"spec":{"replicas":2,"updateStrategy":{"type":"RollingUpdate"}},"status":{"observedGeneration":2,"replicas":2,"readyReplicas":2,"currentReplicas":2,"updatedReplicas":2,"currentRevision":"b","updateRevision":"b"}}`,
	`{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"generation":1},"spec":{"replicas":3,"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":1}}},"status":{"observedGeneration":1,"replicas":3,"readyReplicas":3,"updatedReplicas":2}}`,
	`{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"generation":1},"status":{"observedGeneration":1,"desiredNumberScheduled":2,"currentNumberScheduled":2,"updatedNumberScheduled":2,"numberAvailable":2,"numberReady":2}}`,
	`{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"generation":1},"spec":{"replicas":2},"status":{"observedGeneration":1,"replicas":2,"fullyLabeledReplicas":2,"availableReplicas":2,"readyReplicas":2,"conditions":[{"type":"ReplicaFailure","status":"False"}]}}`,
	`{"apiVersion":"v1","kind":"Pod","metadata":{"creationTimestamp":"2020-01-01T00:00:00Z"},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}],"containerStatuses":[{"name":"a","state":{"waiting":{"reason":"CrashLoopBackOff"}}}]}}`,
	`{"apiVersion":"v1","kind":"Pod","metadata":{"creationTimestamp":"2090-01-01T00:00:00Z"},"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable"}]}}`,
	`{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{},"status":{"phase":"Bound"}}`,
	`{"apiVersion":"v1","kind":"Service","metadata":{},"spec":{"type":"LoadBalancer","clusterIP":"10.0.0.1"},"status":{"loadBalancer":{}}}`,
	`{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"generation":1},"status":{"observedGeneration":1,"conditions":[{"type":"DisruptionAllowed","status":"True"}]}}`,
	`{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"generation":1},"status":{"conditions":[{"type":"NamesAccepted","status":"True","reason":"NoConflicts"},{"type":"Established","status":"True","reason":"InitialNamesAccepted"}]}}`,
	`{"apiVersion":"batch/v1","kind":"Job","metadata":{"generation":1},"spec":{"suspend":false,"completions":1},"status":{"startTime":"2020-01-01T00:00:00Z","active":1,"conditions":[{"type":"Failed","status":"False"},{"type":"Complete","status":"True"}]}}`,
	`{"apiVersion":"batch/v1","kind":"CronJob","metadata":{},"status":{}}`,
	`{"apiVersion":"v1","kind":"ConfigMap","metadata":{},"data":{"a":"b"}}`,
	`{"apiVersion":"v1","kind":"Namespace","metadata":{},"status":{"phase":"Active"}}`,
	`{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"generation":3},"status":{"observedGeneration":3,"conditions":[{"type":"Reconciling","status":"False"},{"type":"Stalled","status":"False"},{"type":"Ready","status":"True","reason":"Succeeded","message":"ok"}]}}`,
}

// Words that some rule looks for.
var words = []string{
	"", "x", "True", "False", "Unknown", "Ready", "Reconciling", "Stalled",
	"Progressing", "Available", "ReplicaFailure", "PodScheduled",
	"Unschedulable", "NewReplicaSetAvailable", "ProgressDeadlineExceeded",
	"Complete", "Failed", "FailureTarget", "SuccessCriteriaMet", "Running",
	"Pending", "Succeeded", "Bound", "OnDelete", "LoadBalancer",
	"CrashLoopBackOff", "NamesAccepted", "Established", "Installing",
	"2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z",
}

// Fields that a mutation may add.
var fields = []string{
	"deletionTimestamp", "generation", "observedGeneration", "conditions",
	"replicas", "partition", "suspend", "phase", "reason", "startTime",
	"progressDeadlineSeconds", "containerStatuses", "type", "status",
}

func value(r *rand.Rand) any {
	switch r.Intn(10) {
	case 0:
		return nil
	case 1:
		return r.Intn(2) == 0
	case 2, 3:
		return int64(r.Intn(5) - 1)
	case 4:
		return 1.5
	case 5:
		return []any{}
	case 6:
		return map[string]any{}
	case 7:
		return []any{map[string]any{"type": words[r.Intn(len(words))],
			"status": words[2+r.Intn(3)],
			"reason": words[r.Intn(len(words))]}}
	case 8:
		return int64(2147483647)
	default:
		return words[r.Intn(len(words))]
	}
}

// Change something somewhere below v, which is returned changed.
func mutate(r *rand.Rand, v any) any {
	switch x := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(x))
		for k := range x {
			keys = append(keys, k)
		}
		if len(keys) == 0 || r.Intn(8) == 0 {
			x[fields[r.Intn(len(fields))]] = value(r)
			return x
		}
		// The order of a map is random, a seed's must not be.
		k := smallestAfter(keys, r.Intn(len(keys)))
		if r.Intn(6) == 0 {
			delete(x, k)
		} else {
			x[k] = mutate(r, x[k])
		}
		return x
	case []any:
		if len(x) == 0 || r.Intn(6) == 0 {
			return append(x, value(r))
		}
		i := r.Intn(len(x))
		if r.Intn(5) == 0 {
			j := r.Intn(len(x))
			x[i], x[j] = x[j], x[i]
			return x
		}
		x[i] = mutate(r, x[i])
		return x
	case string:
		return words[r.Intn(len(words))]
	case float64:
		if r.Intn(3) > 0 {
			return x + float64(r.Intn(3)-1)
		}
	}
	return value(r)
}

// The key with n smaller ones.
func smallestAfter(keys []string, n int) string {
	for _, k := range keys {
		smaller := 0
		for _, other := range keys {
			if other < k {
				smaller++
			}
		}
		if smaller == n {
			return k
		}
	}
	return keys[0]
}

func mutants(seed int64, n int) {
	r := rand.New(rand.NewSource(seed))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for i := 0; i < n; i++ {
		var object map[string]any
		base := bases[i%len(bases)]
		if err := json.Unmarshal([]byte(base), &object); err != nil {
			log.Fatal(err)
		}
		apiVersion, kind := object["apiVersion"], object["kind"]
		for k := r.Intn(4); k >= 0; k-- {
			object = mutate(r, object).(map[string]any)
		}
		// What is no object at all never gets as far as being judged.
		object["apiVersion"], object["kind"] = apiVersion, kind
		metadata, ok := object["metadata"].(map[string]any)
		if !ok {
			metadata = map[string]any{}
		}
		metadata["name"] = "n" + strconv.Itoa(i)
		delete(metadata, "namespace")
		object["metadata"] = metadata
		line, err := json.Marshal(object)
		if err != nil {
			log.Fatal(err)
		}
		out.Write(append(line, '\n'))
	}
}

// The spelling of the stream: a small first letter.
func spell(s status.Status) string {
	return strings.ToLower(string(s[:1])) + string(s[1:])
}

func judgeOne(line []byte) (verdict string) {
	// kstatus asserts types that it has not checked.
	defer func() {
		if recover() != nil {
			verdict = "unknown"
		}
	}()
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(line); err != nil {
		log.Fatal(err)
	}
	gk := u.GroupVersionKind().GroupKind()
	if gk.Group == "batch" && gk.Kind == "Job" {
		return spell(statusreaders.ComputeJobStatus(u).Status)
	}
	res, err := status.Compute(u)
	if err != nil {
		return "unknown"
	}
	return spell(res.Status)
}

func judge() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	for in.Scan() {
		fmt.Println(judgeOne(in.Bytes()))
	}
	if err := in.Err(); err != nil {
		log.Fatal(err)
	}
}

func main() {
	switch {
	case len(os.Args) == 4 && os.Args[1] == "mutate":
		seed, err := strconv.ParseInt(os.Args[2], 10, 64)
		if err != nil {
			log.Fatal(err)
		}
		n, err := strconv.Atoi(os.Args[3])
		if err != nil {
			log.Fatal(err)
		}
		mutants(seed, n)
	case len(os.Args) == 2 && os.Args[1] == "judge":
		judge()
	default:
		log.Fatal("usage: oracle mutate SEED N | oracle judge")
	}
}
