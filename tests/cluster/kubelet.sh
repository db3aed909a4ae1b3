# shellcheck shell=bash disable=SC2154
# Sourced by cluster: Pods in real containers, run by kubelet, containerd and
# runc with the CNI plugins.  Debian has them in containerd, runc,
# containernetworking-plugins, iptables and busybox-static.

cni_bin=/usr/lib/cni
[ -d "$cni_bin" ] || cni_bin=/opt/cni/bin

# Why this machine can't run containers, as far as can be told beforehand.
kubelet_can() {
	local name longest
	[ "$(id -u)" -eq 0 ] || fail "containers need root"
	for name in containerd ctr runc iptables busybox; do
		command -v $name >/dev/null || fail "$name is not installed"
	done
	[ -x "$cni_bin/ptp" ] || fail "the CNI plugins are not installed"
	! ldd "$(command -v busybox)" >/dev/null 2>&1 ||
	    fail "busybox is not the static one"
	unshare --mount --pid --net --fork true 2>/dev/null ||
	    fail "namespaces can't be made here"
	{ [ -w /sys/fs/cgroup/cgroup.procs ] || [ -w /sys/fs/cgroup/pids ]; } ||
	    fail "cgroups can't be made here"
	longest=$run/kubelet/device-plugins/kubelet.sock
	[ ${#longest} -lt 108 ] ||
	    fail "the path of CLUSTER_DIR is too long for a socket"
}

# image FILE TAG... : an archive whose image holds busybox and nothing else, and
# waits for its end.
image() {
	local out=$1 layer arch tags
	shift
	case $(uname -m) in
	x86_64) arch=amd64 ;;
	aarch64) arch=arm64 ;;
	*) arch=$(uname -m) ;;
	esac
	mkdir -p image/root/{bin,etc,tmp,usr}
	chmod 1777 image/root/tmp
	ln -sf ../bin image/root/usr/bin
	cp "$(command -v busybox)" image/root/bin/busybox
	busybox --list | grep -vx busybox |
	    while read -r name; do echo "image/root/bin/$name"; done |
	    xargs -n 1 ln -sf busybox
	tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 \
	    -C image/root -cf image/layer.tar .
	layer=$(sha256sum <image/layer.tar)
	cat >image/config.json <<-J
		{"architecture":"$arch","os":"linux",
		"config":{"Env":["PATH=/bin"],"Cmd":["sh","-c",
		"trap exit TERM INT; while :; do sleep 3600 & wait; done"]},
		"rootfs":{"type":"layers","diff_ids":["sha256:${layer%% *}"]}}
	J
	tags=$(printf ',"%s"' "$@")
	printf '[{"Config":"%s","RepoTags":[%s],"Layers":["layer.tar"]}]\n' \
	    config.json "${tags#,}" >image/manifest.json
	tar -C image -cf "$out" manifest.json config.json layer.tar
	rm -rf image
}

containerd_up() {
	mkdir -p cni
	cat >cni/10-local.conflist <<-J
		{"cniVersion":"1.0.0","name":"local","plugins":[{"type":"ptp",
		"ipMasq":false,"ipam":{"type":"host-local","dataDir":"$run/cni/net",
		"ranges":[[{"subnet":"10.$((64 + port % 64)).0.0/16"}]]}}]}
	J
	# Lowering oom_score_adj needs a capability that a sandbox may lack.
	cat >containerd.toml <<-T
		version = 2
		root = "$run/containerd/root"
		state = "$run/containerd/state"
		[grpc]
		  address = "$run/containerd.sock"
		[plugins."io.containerd.internal.v1.opt"]
		  path = "$run/containerd/opt"
		[plugins."io.containerd.grpc.v1.cri"]
		  sandbox_image = "registry.k8s.io/pause:3.9"
		  restrict_oom_score_adj = true
		  netns_mounts_under_state_dir = true
		  [plugins."io.containerd.grpc.v1.cri".containerd]
		    snapshotter = "native"
		  [plugins."io.containerd.grpc.v1.cri".cni]
		    bin_dir = "$cni_bin"
		    conf_dir = "$run/cni"
	T
	# Not every node is in UTC; logs have its time zone.
	start containerd env TZ=Asia/Kolkata containerd -c containerd.toml
	image app.tar registry.k8s.io/pause:3.9 \
	    ghcr.io/org/my-app:{v1.0.0,v1.0.1,v2.0.0}
	until_ok containerd ctr -a containerd.sock version
	ctr -a containerd.sock -n k8s.io images import \
	    --snapshotter native app.tar >/dev/null
}

# The node is called localhost so that the API server finds its log endpoint on
# the loopback.  A log is rotated at 2 MiB, for the tests that follow one.
kubelet_up() {
	containerd_up
	cat >kubelet.yaml <<-Y
		apiVersion: kubelet.config.k8s.io/v1beta1
		kind: KubeletConfiguration
		address: 127.0.0.1
		port: $(free_port)
		healthzPort: 0
		authentication:
		  anonymous: {enabled: false}
		  webhook: {enabled: false}
		  x509: {clientCAFile: $run/ca.crt}
		authorization: {mode: AlwaysAllow}
		containerRuntimeEndpoint: unix://$run/containerd.sock
		volumePluginDir: $run/volume-plugins
		podLogsDir: $run/pod-logs
		containerLogMaxSize: 2Mi
		containerLogMonitorInterval: 3s
		cgroupDriver: cgroupfs
		cgroupsPerQOS: false
		enforceNodeAllocatable: []
		failCgroupV1: false
		failSwapOn: false
		resolvConf: /dev/null
		clusterDNS: [10.0.0.10]
		evictionHard: {memory.available: 1Mi, nodefs.available: 1%,
		  imagefs.available: 1%}
		imageGCHighThresholdPercent: 100
	Y
	start kubelet kubelet --kubeconfig node.conf --config kubelet.yaml \
	    --root-dir "$run/kubelet" --hostname-override localhost
}

# What is left of containers where a run was cut off: each shim of our
# containerd, the process that it keeps in its container, and its cgroups.
containers_down() {
	local shim line child ids=()
	for shim in /proc/[0-9]*; do
		line=$(tr '\0' ' ' <"$shim/cmdline") || continue
		case $line in
		*containerd-shim*" -address $run/containerd.sock "*) ;;
		*) continue ;;
		esac
		shim=${shim#/proc/} line=${line#* -id }
		ids+=("${line%% *}")
		for child in $(<"/proc/$shim/task/$shim/children"); do
			kill -9 "$child" || true
		done
		kill -9 "$shim" || true
	done 2>/dev/null
	for line in "${ids[@]}"; do
		rmdir /sys/fs/cgroup{,/*}/k8s.io/"$line" 2>/dev/null || true
	done
}
