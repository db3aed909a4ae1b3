# Find in Kubernetes' published OpenAPI which fields hold another object's name,
# for lib/kustomize/namerefs.def (see there); scripts/gen-build-data runs it.
#
# A type that stands for a reference says by itself what it refers to.  Printed
# are lines "KIND <- KIND PATH", sorted, one for each path that leads to one.

def names: {
	"core.v1.ConfigMapVolumeSource": [["ConfigMap", "name"]],
	"core.v1.ConfigMapKeySelector": [["ConfigMap", "name"]],
	"core.v1.ConfigMapEnvSource": [["ConfigMap", "name"]],
	"core.v1.ConfigMapProjection": [["ConfigMap", "name"]],
	"core.v1.SecretVolumeSource": [["Secret", "secretName"]],
	"core.v1.SecretKeySelector": [["Secret", "name"]],
	"core.v1.SecretEnvSource": [["Secret", "name"]],
	"core.v1.SecretProjection": [["Secret", "name"]],
	"core.v1.AzureFilePersistentVolumeSource": [["Secret", "secretName"]],
	"core.v1.PersistentVolumeClaimVolumeSource":
	    [["PersistentVolumeClaim", "claimName"]],
	"core.v1.PodSpec": [["Secret", "imagePullSecrets/name"],
	    ["ServiceAccount", "serviceAccountName"],
	    ["PriorityClass", "priorityClassName"]],
	"core.v1.ServiceAccount": [["Secret", "imagePullSecrets/name"]],
	"core.v1.PersistentVolumeClaimSpec": [["PersistentVolume", "volumeName"],
	    ["StorageClass", "storageClassName"]],
	"core.v1.PersistentVolumeSpec": [["StorageClass", "storageClassName"]],
	"apps.v1.StatefulSetSpec": [["Service", "serviceName"]],
	"networking.v1.IngressSpec": [["IngressClass", "ingressClassName"]],
	"networking.v1.IngressTLS": [["Secret", "secretName"]],
	"networking.v1.IngressServiceBackend": [["Service", "name"]],
	"extensions.v1beta1.IngressBackend": [["Service", "serviceName"]],
	"admissionregistration.v1.ServiceReference": [["Service", ""]],
	"apiregistration.v1.ServiceReference": [["Service", "name"]],
	"autoscaling.v1.CrossVersionObjectReference": [["Deployment", "name"],
	    ["ReplicationController", "name"], ["ReplicaSet", "name"],
	    ["StatefulSet", "name"]],
	"rbac.v1.RoleRef": [["Role", "name"], ["ClusterRole", "name"]],
	"rbac.v1.Subject": [["ServiceAccount", ".."]] };

def short: ltrimstr("io.k8s.api.") | ltrimstr("io.k8s.kube-aggregator.pkg.apis.");
def ref: (."$ref" // .items."$ref"? // "") | ltrimstr("#/definitions/");

.definitions as $defs
| ([ $defs | to_entries[] | select(names[.key | short]) | .key ]) as $ends

# Types that lead to one of them.
| ($ends | map({(.): true}) | add
   | until(. as $have | [ $defs | to_entries[] | select($have[.key] | not)
	| select(any(.value.properties[]?; $have[ref])) ] == [];
	. as $have | . + ([ $defs | to_entries[] | select($have[.key] | not)
	| select(any(.value.properties[]?; $have[ref])) | {(.key): true} ] | add))
  ) as $leads

# Paths below a type, and what they name.
| def below($type; $path):
	(names[$type | short] // [] | .[]
	 | [.[0], (if .[1] == ".." or .[1] == "" then $path else $path + [.[1]] end)]),
	($defs[$type].properties // {} | to_entries[]
	 | select($leads[.value | ref]) | .key as $key
	 | below(.value | ref; $path + [$key]));

[ $defs | to_entries[] | select($leads[.key])
  | .key as $type | .value."x-kubernetes-group-version-kind"[]?
  | select(.kind | endswith("List") | not)
  | .kind as $kind | below($type; [])
  | "\(.[0]) <- \($kind) \(.[1] | join("/"))" ] | unique[]
