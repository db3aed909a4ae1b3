# Write a random, valid tree of kustomizations:
#
#	awk -v seed=N -v dir=DIR -f kustomizations.awk
#
# DIR/base has objects that refer to each other, DIR/1 stands on it, DIR/2 on
# DIR/1 and so on; the last one's name is printed.  What a directory does to
# the objects below it is drawn from a list, with what is known to exist there.

function one_in(n) { return int(rand() * n) == 0 }
function pick(list,   a, n) { n = split(list, a, " "); return a[1 + int(rand() * n)] }
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
		out(pad "  args: [--to, \"$(HOME)\", \"on\"]")
	}
	if (one_in(2)) {
		out(pad "initContainers:")
		out(pad "- {name: first, image: \"nginx:1\"}")
	}
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
		if (one_in(2)) out("  replicas: 2")
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

function has(f) { return !(f in gone) }

function generators(level,   g) {
	if (one_in(2)) {
		out("configMapGenerator:")
		g = pick("gen-a gen-b")
		out("- name: " g)
		if (g in made) out("  behavior: " pick("merge replace"))
		made[g] = 1
		out("  literals: [k=v" level ", \"q='quoted'\", \"e=\"]")
		if (one_in(3)) out("  options: {labels: {gen: \"yes\"}, annotations: {num: \"1\"}}")
		if (one_in(4)) out("  options: {disableNameSuffixHash: true, immutable: true}")
	}
	if (one_in(3)) {
		out("secretGenerator:")
		out("- name: gen-s")
		if ("gen-s" in made) out("  behavior: merge")
		made["gen-s"] = 1
		out("  literals: [a=" level ", \"long=" long "\"]")
		out("  type: " pick("Opaque kubernetes.io/basic-auth"))
	}
	if (one_in(4)) out("generatorOptions: {labels: {all: g}, annotations: {any: h}}")
}

function overlay(level, below,   n) {
	at = dir "/" level; file = at "/kustomization.yaml"
	out("resources:"); out("- ../" below)
	if (one_in(3)) out("namespace: ns" level)
	if (one_in(2)) out("namePrefix: p" level "-")
	if (one_in(3)) out("nameSuffix: -s" level)
	if (one_in(2)) {
		out("labels:")
		out("- pairs: {l" level ": \"" pick("a 1 true b.c") "\"}")
		n = pick("includeSelectors includeTemplates none")
		if (n != "none") out("  " n ": true")
	}
	if (one_in(4)) out("commonLabels: {c" level ": d}")
	if (one_in(3)) out("commonAnnotations: {a" level ": \"" pick("1 x null ~ 0x10") "\"}")
	if (one_in(2)) {
		out("images:")
		out("- name: nginx"); out("  newTag: \"" level ".0\"")
		if (one_in(2)) { out("- name: busybox"); out("  newName: reg/busy"); out("  digest: sha256:" digest) }
		if (one_in(2)) { out("- name: example.com:5000/team/app"); out("  newName: app") }
	}
	if (one_in(3)) { out("replicas:"); out("- {name: web, count: " level "}") }
	generators(level)
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
	out("    apiVersion: apps/v1"); out("    kind: Deployment"); out("    metadata: {name: any}")
	out("    spec:"); out("      template:"); out("        spec:"); out("          containers:")
	if (one_in(2)) { out("          - name: app"); out("            env: [{name: A, value: z" level "}, {name: N" level ", value: \"\"}]") }
	if (one_in(2)) out("          - {name: side, $patch: delete}")
	out("          - {name: extra" level ", image: nginx}")
	if (one_in(2)) out("          volumes: [{name: v, $patch: delete}, {name: e, emptyDir: {}}]")
	if (one_in(3)) out("          serviceAccountName: null")
	if (has("configmap-settings.yaml") && has("widget-own.yaml") && one_in(3)) {
		out("replacements:")
		out("- source: {kind: ConfigMap, name: settings, fieldPath: data.k}")
		out("  targets:")
		out("  - select: {kind: Widget}")
		out("    fieldPaths: [spec.ref, spec.list.2.a]")
		out("  - select: {kind: Deployment}")
		out("    fieldPaths: [\"metadata.annotations.[from.io/k]\"]")
		out("    options: {create: true}")
	}
}

BEGIN {
	srand(seed)
	digest = "24a0c4b4a4c0eb97a1aabb8e29f18e917d05abfe1b7a7c07857230879ce7d3d3"
	long = "a value that is long enough for its base64 to take more than one line of it"
	levels = 1 + int(rand() * 3)
	cmd = "mkdir -p " dir "/base"
	for (l = 1; l <= levels; l++) cmd = cmd " " dir "/" l
	system(cmd)
	base()
	for (l = 1; l <= levels; l++) overlay(l, l == 1 ? "base" : l - 1)
	print levels
}
