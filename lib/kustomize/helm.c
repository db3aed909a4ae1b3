/* Charts; see helm.h. */
#include "kustomize/helm.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "json.h"
#include "kustomize/command.h"
#include "kustomize/helmimpl.h"
#include "manifest/manifest.h"
#include "mem.h"

/* One chart on its way. */
struct inflation {
	const struct where *w;
	const jv *chart;
	const char *name;
	char *home;	   /* of charts, absolute */
	char *chart_dir;   /* in there */
	char *config_home; /* helm's own */
	char *temporary;   /* directory, gone in the end */
	char *values;	   /* file in there */
};

/* --- running helm ------------------------------------------------------- */

struct args {
	const char **v;
	size_t n, cap;
};

static void
add(struct args *a, const char *arg)
{
	a->v = mem_grow(a->v, a->n, &a->cap, sizeof(*a->v));
	a->v[a->n++] = arg;
}

static void
add_option(struct args *a, const char *option, const char *value)
{
	if (!value || !*value)
		return;
	add(a, option);
	add(a, value);
}

/* Consumes the arguments, which follow the command. */
static int
run_helm(struct inflation *h, struct args *a, struct buf *out)
{
	static const char *const variables[][2] = {
		{ "HELM_CONFIG_HOME", "" },
		{ "HELM_CACHE_HOME", "/.cache" },
		{ "HELM_DATA_HOME", "/.data" },
	};
	const char *env[4] = { NULL };
	struct buf lines[3] = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct buf what = BUF_INIT;
	int rc;

	for (size_t i = 0; i < 3; i++) {
		buf_addf(&lines[i], "%s=%s%s", variables[i][0], h->config_home,
		    variables[i][1]);
		env[i] = lines[i].s;
	}
	add(a, NULL);
	rc = command_run((char *const *)a->v, env, out, MANIFEST_TEXT, &what);
	if (rc)
		where_fail(h->w, "chart %s: %s", h->name, buf_str(&what));
	for (size_t i = 0; i < 3; i++)
		buf_release(&lines[i]);
	buf_release(&what);
	free(a->v);
	return rc;
}

static struct args
command(const struct inflation *h, const char *verb)
{
	struct args a = { NULL, 0, 0 };

	add(&a, h->w->b->options->helm->command);
	add(&a, verb);
	return a;
}

/* The number before the first dot of what looks like a version. */
static long
major_version(const char *s)
{
	while (*s) {
		char *end;
		long n;

		s += strcspn(s, "0123456789");
		n = strtol(s, &end, 10);
		if (*end == '.' && end[1] >= '0' && end[1] <= '9')
			return n;
		s = end;
	}
	return -1;
}

/* Ask once in a build. */
static int
check_version(struct inflation *h)
{
	struct args a = command(h, "version");
	struct buf out = BUF_INIT;
	long major;
	int rc;

	if (h->w->b->helm_known) {
		free(a.v);
		return 0;
	}
	add(&a, "--short");
	rc = run_helm(h, &a, &out);
	major = major_version(buf_str(&out));
	if (rc == 0 && major != 3 && major != 4)
		rc = where_fail(h->w, "%s is neither helm 3 nor helm 4",
		    h->w->b->options->helm->command);
	h->w->b->helm_known = rc == 0;
	buf_release(&out);
	return rc;
}

/* --- the chart ---------------------------------------------------------- */

static bool
is_there(const struct inflation *h)
{
	struct stat st;

	return stat(h->chart_dir, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
pull(struct inflation *h)
{
	const char *repo = helm_text(h->chart, "repo");
	struct args a;
	struct buf url = BUF_INIT, ignored = BUF_INIT;
	size_t n = strlen(repo);
	int rc;

	if (!*repo)
		return where_fail(h->w,
		    "chart %s: is not at %s, and no repo says where to pull "
		    "it from",
		    h->name, h->chart_dir);
	if (!dir_allows(h->w->dir, h->home))
		return where_fail(h->w, "chartHome: %s is not in or below %s",
		    h->home, h->w->dir->name);
	a = command(h, "pull");
	add(&a, "--untar");
	add_option(&a, "--untardir", h->home);
	if (strncmp(repo, "oci://", 6) == 0) {
		buf_addf(&url, "%.*s/%s", (int)(repo[n - 1] == '/' ? n - 1 : n),
		    repo, h->name);
		add(&a, url.s);
	} else {
		add_option(&a, "--repo", repo);
		add(&a, h->name);
	}
	add_option(&a, "--version", helm_text(h->chart, "version"));
	if (json_get_bool(h->chart, "devel", false))
		add(&a, "--devel");
	rc = run_helm(h, &a, &ignored);
	buf_release(&url);
	buf_release(&ignored);
	return rc;
}

/* --- values ------------------------------------------------------------- */

static int
write_values(struct inflation *h, const struct buf *values)
{
	struct buf path = BUF_INIT;
	int fd;
	bool ok;

	buf_addf(&path, "%s/%s-kustomize-values.yaml", h->temporary, h->name);
	h->values = buf_detach(&path);
	fd = open(h->values, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ok = fd >= 0 &&
	     write(fd, buf_str(values), values->len) == (ssize_t)values->len;
	if (fd >= 0)
		ok = close(fd) == 0 && ok;
	if (!ok)
		where_fail(h->w, "%s: %s", h->values, strerror(errno));
	return ok ? 0 : -1;
}

static int
make_values(struct inflation *h)
{
	struct buf values = BUF_INIT;
	int rc = helm_values(h->w, h->chart, h->chart_dir, &values);

	if (rc == 0)
		rc = write_values(h, &values);
	buf_release(&values);
	return rc;
}

/* --- its objects -------------------------------------------------------- */

static void
add_flags(struct args *a, const struct inflation *h)
{
	static const char *const flags[][2] = {
		{ "includeCRDs", "--include-crds" },
		{ "skipTests", "--skip-tests" },
		{ "skipHooks", "--no-hooks" },
		{ "debug", "--debug" },
		{ "devel", "--devel" },
	};
	bool debug = h->w->b->options->helm->debug;

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (json_get_bool(h->chart, flags[i][0],
			debug && strcmp(flags[i][0], "debug") == 0))
			add(a, flags[i][1]);
}

/* What the file says of the cluster counts before what the options say. */
static void
add_capabilities(struct args *a, const struct inflation *h, const jv *versions)
{
	const struct kustomize_helm *helm = h->w->b->options->helm;
	const char *kube = helm_text(h->chart, "kubeVersion");

	for (int i = 0; i < json_len(versions); i++) {
		jv s = json_at(versions, i);

		/* The list goes on having it. */
		add_option(a, "--api-versions", json_str(&s));
		jv_free(s);
	}
	for (size_t i = 0; json_len(versions) == 0 && helm->api_versions &&
			   helm->api_versions[i];
	     i++)
		add_option(a, "--api-versions", helm->api_versions[i]);
	add_option(a, "--kube-version", *kube ? kube : helm->kube_version);
}

static int
render(struct inflation *h, struct buf *out)
{
	jv files = json_get(h->chart, "additionalValuesFiles");
	jv versions = json_get(h->chart, "apiVersions");
	struct args a = command(h, "template");
	int n = json_len(&files), rc;
	char **paths = mem_zero((size_t)n + 1, sizeof(*paths));

	add(&a, *helm_text(h->chart, "releaseName")
		    ? helm_text(h->chart, "releaseName")
		    : "--generate-name");
	add(&a, h->chart_dir);
	add_option(&a, "--namespace", helm_text(h->chart, "namespace"));
	add_option(&a, "--name-template", helm_text(h->chart, "nameTemplate"));
	add_option(&a, "-f", h->values);
	for (int i = 0; i < n; i++) {
		jv s = json_at(&files, i);

		paths[i] = helm_join(h->w->dir->root, json_str(&s));
		add_option(&a, "-f", paths[i]);
		jv_free(s);
	}
	add_capabilities(&a, h, &versions);
	add_flags(&a, h);
	rc = run_helm(h, &a, out);
	for (int i = 0; i < n; i++)
		free(paths[i]);
	free(paths);
	jv_free(files);
	jv_free(versions);
	return rc;
}

/* helm may talk before its first document. */
static const char *
first_document(const char *s)
{
	while (s && strncmp(s, "---", 3) != 0) {
		s = strchr(s, '\n');
		s = s ? s + 1 : NULL;
	}
	return s;
}

static int
read_objects(struct inflation *h, const struct buf *out, struct resources *list)
{
	const struct where *w = h->w;
	const char *name = w->k ? w->k->name : w->file;
	const char *s = buf_str(out);
	struct buf what = BUF_INIT;
	size_t first = list->n;
	int line = w->line, column, rc;

	rc = read_resources(w->b, s, out->len, name, list, &what);
	if (rc && first_document(s)) {
		list->n = first;
		buf_clear(&what);
		s = first_document(s);
		rc = read_resources(w->b, s, strlen(s), name, list, &what);
	}
	if (rc)
		where_fail(w, "chart %s: the output of helm: %s", h->name,
		    buf_str(&what));
	if (w->k)
		manifest_locate(buf_str(&w->k->text), w->k->text.len, 0,
		    w->pointer, &line, &column);
	for (size_t i = first; i < list->n; i++) {
		list->list[i]->chart = true;
		list->list[i]->line = line;
		list->list[i]->at = NULL; /* it leads through helm's output */
	}
	buf_release(&what);
	return rc;
}

/* --- all of it ---------------------------------------------------------- */

/* A name is an argument of helm, and part of paths. */
static int
check_names(const struct inflation *h)
{
	const char *how = helm_text(h->chart, "valuesMerge");
	jv inlined = json_get(h->chart, "valuesInline");
	bool map = !jv_is_valid(inlined) || json_is(&inlined, JV_KIND_NULL) ||
		   json_is(&inlined, JV_KIND_OBJECT);

	jv_free(inlined);
	if (!*h->name)
		return where_fail_in(h->w, "/name", "is missing");
	if (*h->name == '-' || *h->name == '.' || strchr(h->name, '/'))
		return where_fail_in(
		    h->w, "/name", "%s is no name of a chart", h->name);
	if (*helm_text(h->chart, "releaseName") == '-')
		return where_fail_in(h->w, "/releaseName", "begins with a -");
	if (*how && strcmp(how, "merge") != 0 && strcmp(how, "override") != 0 &&
	    strcmp(how, "replace") != 0)
		return where_fail_in(
		    h->w, "/valuesMerge", "must be merge, override or replace");
	if (!map)
		return where_fail_in(h->w, "/valuesInline", "must be a map");
	return 0;
}

/* helm opens these itself, but only where we would. */
static int
check_files(const struct inflation *h)
{
	jv files = json_get(h->chart, "additionalValuesFiles");
	int rc = 0;

	for (int i = 0; i < json_len(&files) && rc == 0; i++) {
		jv s = json_at(&files, i);
		struct buf ignored = BUF_INIT, what = BUF_INIT;
		char pointer[48];

		snprintf(
		    pointer, sizeof(pointer), "/additionalValuesFiles/%d", i);
		rc = dir_read(h->w->dir, json_str(&s), &ignored, &what);
		if (rc)
			where_fail_in(h->w, pointer, "%s: %s", json_str(&s),
			    buf_str(&what));
		buf_release(&ignored);
		buf_release(&what);
		jv_free(s);
	}
	jv_free(files);
	return rc;
}

static int
prepare(struct inflation *h, const jv *globals)
{
	const char *home = helm_text(globals, "chartHome");
	const char *config = helm_text(globals, "configHome");
	const char *version = helm_text(h->chart, "version");
	const char *tmp = getenv("TMPDIR");
	struct buf path = BUF_INIT;

	h->home = helm_join(h->w->dir->root, *home ? home : "charts");
	if (*version && *helm_text(h->chart, "repo")) {
		buf_addf(&path, "%s/%s-%s", h->home, h->name, version);
		free(h->home);
		h->home = helm_join("/", path.s);
		buf_clear(&path);
	}
	h->chart_dir = helm_join(h->home, h->name);
	buf_addf(&path, "%s/poundlock-helm-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(path.s)) {
		where_fail(h->w, "%s: %s", path.s, strerror(errno));
		buf_release(&path);
		return -1;
	}
	h->temporary = buf_detach(&path);
	h->config_home =
	    *config ? mem_strdup(config) : helm_join(h->temporary, "helm");
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path) && errno != ENOENT;
}

static void
release(struct inflation *h)
{
	if (h->temporary)
		nftw(h->temporary, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(h->home);
	free(h->chart_dir);
	free(h->config_home);
	free(h->temporary);
	free(h->values);
}

int
helm_inflate(const struct where *w, const jv *chart, const jv *globals,
    struct resources *out)
{
	struct inflation h = {
		.w = w, .chart = chart, .name = helm_text(chart, "name")
	};
	struct buf answer = BUF_INIT;
	int rc;

	if (w->b->options->flux)
		return where_fail(w,
		    "Flux runs no helm: name a HelmRelease, or the kept output "
		    "of helm template, in resources");
	if (!w->b->options->helm)
		return where_fail(w,
		    "helm is run with --enable-helm only; or name the kept "
		    "output of helm template in resources");
	rc = check_names(&h) || check_files(&h) || prepare(&h, globals) ||
	     check_version(&h) || (!is_there(&h) && pull(&h)) ||
	     make_values(&h) || render(&h, &answer) ||
	     read_objects(&h, &answer, out);
	release(&h);
	buf_release(&answer);
	return rc ? -1 : 0;
}
