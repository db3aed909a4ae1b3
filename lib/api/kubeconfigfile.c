/*
 * The text of kubeconfig files: which ones, their entries, and what entries
 * hold inline or name as files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/kubeconfigimpl.h"
#include "base64.h"
#include "json.h"
#include "manifest/manifest.h"
#include "mem.h"

/* --- reading files ------------------------------------------------------ */

void
kubeconfig_files_release(struct kubeconfig_files *files)
{
	size_t i;

	for (i = 0; i < files->n; i++) {
		free(files->v[i].name);
		jv_free(files->v[i].value);
	}
	free(files->v);
}

/* The config in a text, {} in an empty one; invalid after a message. */
static jv
parse_config(const char *name, const struct buf *text, struct buf *err)
{
	struct buf why = BUF_INIT;
	struct manifest m;
	jv config = jv_invalid();

	if (manifest_read(buf_str(text), text->len, &m, &why)) {
		buf_addf(err, "%s:%s", name, buf_str(&why));
		buf_release(&why);
		return config;
	}
	if (m.n == 0)
		config = jv_object();
	else if (m.n == 1 && json_is(&m.docs[0].value, JV_KIND_OBJECT))
		config = jv_copy(m.docs[0].value);
	else
		buf_addf(err, "%s: not a kubeconfig", name);
	manifest_release(&m);
	return config;
}

static int
read_file(struct kubeconfig_files *files, const char *name, bool must,
    struct buf *err)
{
	struct buf text = BUF_INIT;
	jv config;

	if (buf_read_file(&text, name, KUBECONFIG_MAX_FILE)) {
		buf_release(&text);
		if (errno == ENOENT && !must)
			return 0;
		buf_addf(err, "%s: %s", name, strerror(errno));
		return -1;
	}
	config = parse_config(name, &text, err);
	buf_release(&text);
	if (!jv_is_valid(config)) {
		jv_free(config);
		return -1;
	}
	files->v = mem_grow(files->v, files->n, &files->cap, sizeof(*files->v));
	files->v[files->n].name = mem_strdup(name);
	files->v[files->n++].value = config;
	return 0;
}

static int
read_list(struct kubeconfig_files *files, const char *list, struct buf *err)
{
	while (*list) {
		size_t len = strcspn(list, ":");
		char *name = mem_strndup(list, len);
		int rc = len ? read_file(files, name, false, err) : 0;

		free(name);
		if (rc)
			return -1;
		list += len + (list[len] == ':');
	}
	return 0;
}

static int
read_home(struct kubeconfig_files *files, struct buf *err)
{
	const char *home = getenv("HOME");
	struct buf name = BUF_INIT;
	int rc;

	if (!home || !*home)
		return 0;
	buf_addf(&name, "%s/.kube/config", home);
	rc = read_file(files, name.s, false, err);
	buf_release(&name);
	return rc;
}

int
kubeconfig_files_read(
    struct kubeconfig_files *files, const char *file, struct buf *err)
{
	const char *list = getenv("KUBECONFIG");

	if (file && *file)
		return read_file(files, file, true, err);
	if (list && *list)
		return read_list(files, list, err);
	return read_home(files, err);
}

/* --- entries ------------------------------------------------------------ */

struct kubeconfig_entry
kubeconfig_entry(const struct kubeconfig_files *files, const char *list,
    const char *key, const char *name)
{
	struct kubeconfig_entry e = { jv_invalid(), NULL };
	size_t f;
	int i;

	for (f = 0; f < files->n && !e.file; f++) {
		jv all = json_get(&files->v[f].value, list);

		for (i = 0; i < json_len(&all) && !e.file; i++) {
			jv item = json_at(&all, i);
			const char *is = json_get_str(&item, "name");

			if (is && strcmp(is, name) == 0) {
				e.value = json_get(&item, key);
				e.file = files->v[f].name;
			}
			jv_free(item);
		}
		jv_free(all);
	}
	return e;
}

char *
kubeconfig_member(const struct kubeconfig_entry *e, const char *key)
{
	const char *s = json_get_str(&e->value, key);

	return s && *s ? mem_strdup(s) : NULL;
}

char *
kubeconfig_resolve(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');
	struct buf b = BUF_INIT;

	if (name[0] != '/' && slash)
		buf_add(&b, file, (size_t)(slash - file) + 1);
	buf_adds(&b, name);
	return buf_detach(&b);
}

int
kubeconfig_pem(const struct kubeconfig_entry *e, const char *key,
    struct buf *out, struct buf *err)
{
	struct buf data_key = BUF_INIT;
	const char *data, *name = json_get_str(&e->value, key);
	char *path;
	int rc = 0;

	buf_addf(&data_key, "%s-data", key);
	data = json_get_str(&e->value, data_key.s);
	if (data && *data) {
		if (!base64_decode(out, data)) {
			buf_addf(
			    err, "%s: %s: not base64", e->file, data_key.s);
			rc = -1;
		}
	} else if (name && *name) {
		path = kubeconfig_resolve(e->file, name);
		if (buf_read_file(out, path, KUBECONFIG_MAX_FILE)) {
			buf_addf(err, "%s: %s: %s: %s", e->file, key, path,
			    strerror(errno));
			rc = -1;
		}
		free(path);
	}
	buf_release(&data_key);
	return rc;
}

char *
kubeconfig_command(const char *file, const char *command)
{
	return strchr(command, '/') ? kubeconfig_resolve(file, command)
				    : mem_strdup(command);
}
