# Write a random tree of kustomizations, valid but for one in twenty or so:
#
#	awk -v seed=N -v dir=DIR -f kustomizations.awk
#
# DIR/base has objects that refer to each other, DIR/1 stands on it, DIR/2 on
# DIR/1 and so on; the last one's name is printed.  A level may be two variants
# of the one below, put together, and have components.  What a directory does to
# the objects below it is drawn from a list, with what is known to exist there.

function one_in(n) { return int(rand() * n) == 0 }
function pick(list,   a, n) { n = split(list, a, " "); return a[1 + int(rand() * n)] }

# The same of a list with | between, where _ is a blank.
function choose(list,   a, n, s) {
	n = split(list, a, "|")
	s = a[1 + int(rand() * n)]
	gsub(/_/, " ", s)
	return s
}

function out(s) { print s >file }
function open_file(name) { file = at "/" name; files[++n_files] = file }

function meta(name) {
	out("metadata:")
	out("  name: " name)
	if (one_in(4))
		out("  labels: {own: " pick("a b \"1\" \"true\"") "}")
	if (one_in(5))
		out("  annotations: {note: \"" pick("x y: 1:30 ~ #no") "\"}")
	if (one_in(8))
		out("  namespace: " pick("default other"))
}

function pod(pad,   k) {
	out(pad "serviceAccountName: account")
	out(pad "containers:")
	out(pad "- name: app")
	out(pad "  image: " pick("nginx nginx:1.25 example.com:5000/team/app:v1 busybox@sha256:" digest))
	out(pad "  env:")
	out(pad "  - {name: A, value: \"1\"}")
	out(pad "  - name: B")
	out(pad "    valueFrom: {configMapKeyRef: {name: " pick("settings gen-a other") ", key: k}}")
	out(pad "  envFrom:")
	out(pad "  - secretRef: {name: " pick("hidden gen-s") "}")
	if (one_in(2)) {
		out(pad "  ports:")
		out(pad "  - containerPort: 80")
		out(pad "  - {containerPort: 53, protocol: UDP}")
	}
	if (one_in(2)) {
		out(pad "- name: side")
		out(pad "  image: busybox")
		out(pad "  args: [--to, \"$(HOME)\", \"on\", \"$(V1)\", \"a$(V2)b$$(V1)\"]")
	}
	if (one_in(2)) {
		out(pad "initContainers:")
		out(pad "- {name: first, image: \"nginx:1\"}")
	}
	if (one_in(4))
		out(pad "securityContext: " choose("{runAsUser:_,_runAsGroup:_1}|{runAsUser:_~,_seLinuxOptions:_{level:_}}"))
	out(pad "volumes:")
	out(pad "- name: v")
	out(pad "  configMap: {name: " pick("settings gen-a gen-b") "}")
	if (one_in(2)) {
		out(pad "- name: p")
		out(pad "  persistentVolumeClaim: {claimName: disk}")
	}
}

function workload(kind, api, name,   cron) {
	open_file(tolower(kind) "-" name ".yaml")
	out("apiVersion: " api); out("kind: " kind); meta(name)
	out("spec:")
	if (kind == "CronJob") {
		out("  schedule: \"0 * * * *\"")
		out("  jobTemplate:"); out("    spec:"); out("      template:")
		out("        spec:"); pod("          ")
		return
	}
	if (kind != "Job") {
		if (one_in(2)) out("  replicas: " pick("2 2 \"2\""))
		out("  selector:"); out("    matchLabels: {app: " name "}")
	}
	if (kind == "StatefulSet") out("  serviceName: front")
	out("  template:"); out("    metadata:")
	out("      labels: {app: " name "}"); out("    spec:")
	pod("      ")
}

function plain(kind, api, name, body) {
	open_file(tolower(kind) "-" name ".yaml")
	out("apiVersion: " api); out("kind: " kind); meta(name)
	printf "%s", body >file
}

function base(   i) {
	at = dir "/base"; n_files = 0
	workload("Deployment", "apps/v1", "web")
	workload("Deployment", "apps/v1", "back")
	workload("StatefulSet", "apps/v1", "store")
	workload("Job", "batch/v1", "migrate")
	workload("CronJob", "batch/v1", "tidy")
	plain("Service", "v1", "front", "spec:\n  selector: {app: web}\n  ports: [{port: 80}, {port: 53, protocol: UDP, name: dns}]\n")
	plain("ConfigMap", "v1", "settings", "data:\n  k: \"v\"\n  long: |\n    a\n    b\n")
	plain("Secret", "v1", "hidden", "stringData: {p: q}\n")
	plain("ServiceAccount", "v1", "account", "imagePullSecrets: [{name: hidden}]\n")
	plain("PersistentVolumeClaim", "v1", "disk", "spec: {resources: {requests: {storage: 1Gi}}}\n")
	plain("Role", "rbac.authorization.k8s.io/v1", "may", "rules:\n- {apiGroups: [\"\"], resources: [configmaps], resourceNames: [settings, none], verbs: [get]}\n")
	plain("RoleBinding", "rbac.authorization.k8s.io/v1", "may", "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: may}\nsubjects:\n- {kind: ServiceAccount, name: account}\n- {kind: ServiceAccount, name: default, namespace: x}\n")
	plain("ClusterRole", "rbac.authorization.k8s.io/v1", "all", "rules: []\n")
	plain("ClusterRoleBinding", "rbac.authorization.k8s.io/v1", "all", "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: all}\nsubjects: [{kind: ServiceAccount, name: account, namespace: default}]\n")
	plain("Ingress", "networking.k8s.io/v1", "door", "spec:\n  tls: [{secretName: hidden}]\n  rules:\n  - host: h\n    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: front, port: {number: 80}}}}]}\n")
	plain("HorizontalPodAutoscaler", "autoscaling/v2", "grow", "spec:\n  maxReplicas: 3\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n")
	plain("Widget", "example.com/v1", "own", "spec: {list: [1, 2, {a: b}], ref: settings, on: \"yes\"}\n")
	file = at "/kustomization.yaml"
	out("resources:")
	for (i = 1; i <= n_files; i++) {
		sub(/.*\//, "", files[i])
		if (!one_in(9) || files[i] ~ /deployment-web/) out("- " files[i])
		else gone[files[i]] = 1
	}
}

# A name of made that can still be merged with: nobody moved or doubled it.
function generated(g, level) {
	if ((g in made) && (moved || twice) && !one_in(20)) g = g level
	out("- name: " g)
	if (g in made) out("  behavior: " pick("merge replace"))
	made[g] = 1
}

function generators(level) {
	if (one_in(2)) {
		out("configMapGenerator:")
		generated(pick("gen-a gen-b"), level)
		out("  literals: [k=v" level ", \"q='quoted'\", \"e=\"]")
		if (one_in(3)) out("  options: {labels: {gen: \"yes\"}, annotations: {num: \"1\"}}")
		if (one_in(4)) out("  options: {disableNameSuffixHash: true, immutable: true}")
	}
	if (one_in(3)) {
		out("secretGenerator:")
		generated("gen-s", level)
		out("  literals: [a=" level ", \"long=" long "\"]")
		out("  type: " pick("Opaque kubernetes.io/basic-auth"))
	}
	if (one_in(4)) out("generatorOptions: {labels: {all: g}, annotations: {any: h}}")
}

function has(f) { return !(f in gone) }

# Text for a block scalar: every line of it starts with pad.
function strategic_patch(pad, level) {
	out(pad "apiVersion: apps/v1"); out(pad "kind: Deployment")
	out(pad "metadata: {name: web}")
	out(pad "spec:"); out(pad "  template:"); out(pad "    spec:")
	out(pad "      containers:")
	out(pad "      - name: app")
	if (one_in(2)) out(pad "        env: [" choose("{name:_A,_value:_z}|{name:_A,_value:_1.10}|{name:_A,_value:_True}|{name:_A,_$patch:_delete}|{name:_B,_value:_q,_valueFrom:_null}|{$patch:_replace},_{name:_C,_value:_c}") "]")
	if (one_in(2)) out(pad "        ports: [" choose("{containerPort:_80,_name:_http}|{containerPort:_53,_protocol:_TCP}|{containerPort:_53,_protocol:_UDP,_$patch:_delete}") "]")
	if (one_in(3)) out(pad "      - {name: side, $patch: delete}")
	if (one_in(3)) out(pad "      - {name: extra" level ", image: nginx}")
	if (one_in(4)) out(pad "      $setElementOrder/containers: [{name: side}, {name: app}]")
	out(pad "      volumes: [" choose("{name:_v,_$patch:_delete},_{name:_e,_emptyDir:_{}}|{name:_v,_configMap:_null,_emptyDir:_{}}|{name:_v,_$retainKeys:_[name,_emptyDir],_emptyDir:_{}}|{name:_n,_secret:_{secretName:_hidden}}") "]")
	if (one_in(3)) out(pad "      serviceAccountName: null")
	if (one_in(4)) out(pad "      nodeSelector: {$patch: replace, disk: ssd}")
	if (one_in(4)) out(pad "      securityContext: {$patch: delete}")
}

function json_patch(pad, level) {
	out(pad "- {op: add, path: /metadata/annotations, value: {j" level ": \"1\"}}")
	if (one_in(2)) out(pad "- {op: test, path: /metadata/annotations/j" level ", value: \"1\"}")
	if (one_in(2)) out(pad "- {op: copy, from: /metadata/annotations, path: /metadata/labels}")
	if (one_in(2)) out(pad "- {op: add, path: /spec/template/spec/containers/-, value: {name: j" level ", image: \"nginx:1\"}}")
	if (one_in(2)) out(pad "- {op: replace, path: /spec/template/spec/containers/0/image, value: busybox}")
	if (one_in(4)) out(pad "- {op: add, path: /spec/template/spec/containers/0/env/1, value: {name: J, value: \"true\"}}")
	if (one_in(4)) out(pad "- {op: move, from: /metadata/annotations/j" level ", path: /metadata/annotations/k}")
	if (one_in(4)) out(pad "- {op: remove, path: /spec/template/spec/volumes/0}")
	if (one_in(40)) out(pad "- {op: remove, path: /spec/none}")
}

function patches(level) {
	out("patches:")
	out("- patch: |-")
	out("    apiVersion: apps/v1"); out("    kind: Deployment"); out("    metadata:")
	out("      name: web"); if (one_in(2)) out("      annotations: {patched: \"" level "\"}")
	out("  target: {kind: Deployment, name: " pick("web .*web.* w.b") "}")
	out("- target: {kind: " pick("Service ConfigMap Deployment|Job .*Set Role.* Widget") "}")
	out("  patch: |-")
	out("    - {op: add, path: /metadata/labels, value: {j" level ": \"1\"}}")
	if (one_in(2)) out("    - {op: test, path: /metadata/labels/j" level ", value: \"1\"}")
	if (one_in(2)) out("    - {op: copy, from: /metadata/labels, path: /metadata/annotations}")
	out("- target: {kind: Deployment, group: apps, labelSelector: \"" pick("own!=a own own,own!=b !own own=a") "\"}")
	out("  patch: |-")
	strategic_patch("    ", level)
	if (one_in(3)) {
		out("- target: {" choose("kind:_Deployment,_annotationSelector:_note=x|name:_web,_version:_v1|group:_apps,_kind:_Stateful.*|kind:_Deployment,_namespace:_other") "}")
		out("  patch: |-"); json_patch("    ", level)
	}
	if (one_in(6)) {
		out("- target: {kind: " pick("Job CronJob ServiceAccount") "}")
		out("  patch: |-")
		out("    apiVersion: any/v1"); out("    kind: Any")
		out("    metadata: {name: any}"); out("    $patch: delete")
	}
	if (one_in(8)) {
		out("- target: {kind: Deployment, name: web}")
		out("  options: {allowNameChange: true" choose("|,_allowKindChange:_true") "}")
		out("  patch: |-")
		out("    apiVersion: apps/v1"); out("    kind: Deployment"); out("    metadata: {name: web}")
		out("    spec: {paused: true}")
	}
	if (!twice && !moved && has("deployment-back.yaml") && one_in(4)) {
		out("patchesJson6902:")
		out("- target: {group: apps, version: v1, kind: Deployment, name: back}")
		out("  patch: |-"); json_patch("    ", level)
	}
	if (!twice && !moved && one_in(4)) {
		out("patchesStrategicMerge:"); out("- |-"); strategic_patch("  ", level)
	}
}

function replacements(level) {
	out("replacements:")
	if (has("configmap-settings.yaml") && has("widget-own.yaml")) {
		out("- source: {kind: ConfigMap, name: settings, fieldPath: data.k}")
		out("  targets:")
		out("  - select: {kind: Widget}")
		out("    fieldPaths: [" choose("spec.ref,_spec.list.2.a|spec.ref|spec.on") "]")
		out("  - select: {kind: Deployment}")
		out("    fieldPaths: [\"metadata.annotations.[from.io/k]\"]")
		out("    options: {create: true}")
	}
	out("- source:"); out("    kind: Deployment"); out("    name: web")
	out("    fieldPath: " (one_in(5) ? choose("spec.template.spec.containers.0.image") : choose("metadata.name|spec.selector.matchLabels.app|apiVersion")))
	if (one_in(3)) out("    options: {delimiter: " choose("\":\"|\"-\"") ", index: 0}")
	out("  targets:")
	out("  - select: {kind: " choose("Deployment|StatefulSet|Service|Job|Nothing") "}")
	if (one_in(3)) out("    reject: [{name: " choose("web|back|store") "}]")
	if (one_in(2)) {
		out("    fieldPaths: [\"metadata.labels.rep" level "\"]")
		out("    options: {create: true}")
	} else {
		out("    fieldPaths: [metadata.name]")
		out("    options: {delimiter: \"-\", index: " choose("0|1|-1|9") "}")
	}
	if (one_in(2)) {
		out("  - select: {group: apps, version: v1, name: web}")
		out("    fieldPaths: [" choose("\"spec.template.spec.containers.[name=app].image\"|\"spec.template.spec.volumes.[name=v].name\"") "]")
		out("    options: {delimiter: " choose("\":\"|\"/\"") ", index: " choose("0|1") "}")
	}
}

function labels(level,   n) {
	out("labels:")
	out("- pairs: {l" level ": \"" pick("a 1 true b.c") "\"}")
	n = pick("includeSelectors includeTemplates fields none")
	if (n == "fields")
		out("  fields: [{path: " pick("spec/template/metadata/labels spec/marks metadata/labels") ", kind: " pick("Deployment Widget") ", create: " (one_in(8) ? "false" : "true") "}]")
	else if (n != "none") out("  " n ": true")
	if (one_in(3)) out("- {pairs: {m" level ": \"\", n" level ": \"0\"}}")
}

# Built-in plugins, by name.
function plugins(level) {
	if (one_in(3)) {
		out("transformers:"); out("- |-")
		out("  apiVersion: builtin"); out("  kind: PrefixTransformer")
		out("  metadata: {name: p}"); out("  prefix: t" level "-")
		out("  fieldSpecs: [{path: metadata/name, kind: " pick("ConfigMap Service Secret") "}]")
		out("- |-")
		out("  apiVersion: builtin"); out("  kind: " pick("LabelTransformer AnnotationsTransformer"))
		out("  metadata: {name: l}")
		out("  labels: {t" level ": u}"); out("  annotations: {t" level ": u}")
		out("  fieldSpecs: [{path: " pick("metadata/labels metadata/annotations spec/extra") ", create: true, kind: Service}]")
	}
	if (one_in(5)) {
		out("generators:"); out("- |-")
		out("  apiVersion: builtin"); out("  kind: " pick("ConfigMapGenerator SecretGenerator"))
		out("  metadata: {name: plug" level "}"); out("  literals: [a=b]")
	}
}

function configurations() {
	out("configurations: [config.yaml]")
	close(file)
	file = at "/config.yaml"
	out("nameReference:")
	out("- {kind: ConfigMap, version: v1, fieldSpecs: [{path: spec/ref, kind: Widget}]}")
	if (one_in(2)) out("- {kind: Secret, fieldSpecs: [{path: spec/secret, kind: Widget}]}")
	if (one_in(2)) out("varReference: [{path: spec/ref, kind: Widget}]")
	if (one_in(2)) out("commonLabels: [{path: spec/marks, create: true, kind: Widget}]")
	if (one_in(3)) out("commonAnnotations: [{path: metadata/annotations, create: true, kind: " pick("Widget Service") "}]")
	if (one_in(3)) out("images: [{path: spec/containers/image, kind: Widget}]")
	if (one_in(3)) out("namespace: [{path: spec/ns, create: true, kind: Widget}]")
	if (one_in(3)) out("namePrefix: [{path: metadata/name, kind: " pick("Deployment ConfigMap") "}]")
	close(file)
	file = at "/kustomization.yaml"
}

# What a kustomization and a component do alike.
function changes(level) {
	generators(level)
	if (one_in(3)) { out("namespace: ns" level); moved = 1 }
	if (one_in(2)) out("namePrefix: p" level "-")
	if (one_in(3)) out("nameSuffix: -s" level)
	if (one_in(2)) labels(level)
	if (one_in(4)) out("commonLabels: {c" level ": d}")
	if (one_in(3)) out("commonAnnotations: {a" level ": \"" pick("1 x null ~ 0x10") "\"}")
	if (one_in(2)) {
		out("images:")
		out("- name: nginx"); out("  newTag: \"" level ".0\"")
		if (one_in(2)) { out("- name: busybox"); out("  newName: reg/busy"); out("  digest: sha256:" digest) }
		if (one_in(2)) { out("- name: example.com:5000/team/app"); out("  newName: app") }
		if (one_in(4)) { out("- name: reg/busy"); out("  tagSuffix: -x" level) }
	}
	if (!twice && one_in(3)) { out("replicas:"); out("- {name: web, count: " (level + 0) "}") }
	patches(level)
	if (one_in(twice ? 20 : 3)) replacements(level)
	plugins(level)
	if (one_in(4)) configurations()
}

function start(name, kind, version) {
	at = dir "/" name; file = at "/kustomization.yaml"
	system("mkdir -p " at)
	if (kind != "") { out("apiVersion: kustomize.config.k8s.io/" version); out("kind: " kind) }
}

function component(name, level) {
	start(name, "Component", "v1alpha1")
	changes(level "0")
	close(file)
}

# A variant must rename everything, or two of them could not stand together.
function variant(name, below, level) {
	start(name, "", "")
	out("resources: [../" below "]")
	out("namePrefix: " name "-")
	if (one_in(2)) out("nameSuffix: -" name)
	if (one_in(3)) out("namespace: " name)
	if (one_in(2)) labels(level "1")
	if (one_in(2)) patches(level "2")
	close(file)
}

function overlay(level, below,   parts, two) {
	two = one_in(4)
	if (two) {
		variant("x" level, below, level)
		variant("y" level, below, level)
		twice = 1
	}
	parts = one_in(3)
	start(level, one_in(3) ? "Kustomization" : "", "v1beta1")
	out("resources:")
	if (two) { out("- ../x" level); out("- ../y" level) }
	else out("- ../" below)
	if (parts) out("components: [../c" level "]")
	changes(level)
	if (!twice && !moved && one_in(4)) {
		out("vars:")
		out("- name: V" level)
		out("  objref: {kind: Deployment, name: web, apiVersion: apps/v1}")
		if (one_in(2)) out("  fieldref: {fieldpath: " choose("metadata.name|\"spec.template.spec.containers[0].image\"|kind") "}")
	}
	if (one_in(4)) {
		out("sortOptions:"); out("  order: " (two = pick("legacy fifo")))
		if (two == "legacy" && one_in(2))
			out("  legacySortOptions: {orderFirst: [Service, Widget], orderLast: [ConfigMap]}")
	}
	if (one_in(6)) out("buildMetadata: [" choose("originAnnotations|transformerAnnotations|managedByLabel|originAnnotations,_transformerAnnotations") "]")
	close(file)
	if (parts) component("c" level, level)
}

BEGIN {
	srand(seed)
	digest = "24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3"
	long = "a value that is long enough for its base64 to take more than one line of it"
	levels = 1 + int(rand() * 3)
	system("mkdir -p " dir "/base")
	base()
	close(file)
	for (l = 1; l <= levels; l++) overlay(l, l == 1 ? "base" : l - 1)
	print levels
}
