/*
 * The inventory's parent in the cluster: read once, written only where it says
 * too little, and never when it is somebody else's.
 */
#include "apply/unit.h"

#include "json.h"

static const struct kind *
config_maps(void)
{
	return kind_find("", 0, "v1", "ConfigMap");
}

static void
parent_path(const struct unit *u, struct buf *out)
{
	struct buf namespace = BUF_INIT, name = BUF_INIT;

	inventory_namespace(u->stage, &namespace);
	inventory_name(u->stage, &name);
	api_path(out, config_maps(), buf_str(&namespace), buf_str(&name));
	buf_release(&namespace);
	buf_release(&name);
}

static void
add_subject(const struct unit *u, struct buf *out)
{
	buf_adds(out, "ConfigMap/");
	inventory_namespace(u->stage, out);
	buf_addc(out, '/');
	inventory_name(u->stage, out);
}

static void
problem(struct unit *u, enum status status, const char *message)
{
	struct buf text = BUF_INIT;

	add_subject(u, &text);
	buf_addf(&text, ": %s", message);
	unit_problem(u, status, buf_str(&text));
	buf_release(&text);
}

static void
on_parent(void *ctx, const struct api_response *r)
{
	struct unit *u = ctx;
	struct buf err = BUF_INIT;

	if (r->status == 404)
		return;
	if (r->exit != STATUS_OK) {
		/* Said once; what goes wrong with one request does with all. */
		if (u->status == STATUS_OK)
			problem(u, r->exit, r->message);
		return;
	}
	u->parent = jv_copy(*r->body);
	if (inventory_read(&u->inventory, u->stage, &u->parent,
		u->options->take_ownership, &err))
		problem(u, STATUS_REFUSED, buf_str(&err));
	buf_release(&err);
}

void
parent_read(struct unit *u)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;

	parent_path(u, &path);
	req.method = "GET";
	req.path = buf_str(&path);
	req.accept = LIVE_METADATA;
	req.done = on_parent;
	req.ctx = u;
	api_send(u->options->api, &req);
	buf_release(&path);
}

enum status
parent_write(struct unit *u, struct buf *err)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT, why = BUF_INIT;
	enum status status;
	long http = 0;
	jv parent, body = jv_invalid();

	if (inventory_is_current(&u->inventory, u->stage, &u->parent))
		return STATUS_OK;
	parent = inventory_parent(&u->inventory, u->stage);
	parent_path(u, &path);
	api_query(&path, "fieldManager", u->options->manager);
	/* Only the set's own fields are in it, and these are ours. */
	api_query(&path, "force", "true");
	req.method = "PATCH";
	req.path = buf_str(&path);
	req.content_type = "application/apply-patch+yaml";
	req.accept = LIVE_METADATA;
	req.body = &parent;
	status = api_ask(u->options->api, &req, &body, &http, &why);
	if (status == STATUS_OK) {
		jv_free(u->parent);
		u->parent = jv_copy(body);
		u->inventory.taken = false;
	} else {
		add_subject(u, err);
		buf_addf(err, ": %s", buf_str(&why));
		if (http == 404)
			buf_adds(err, ": the inventory is kept in the stage's "
				      "namespace; create it, or bring it as an "
				      "object of the stage");
	}
	jv_free(body);
	jv_free(parent);
	buf_release(&path);
	buf_release(&why);
	return status;
}

enum status
parent_delete(struct unit *u, struct buf *err)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT, why = BUF_INIT;
	enum status status;
	long http = 0;
	jv options, body = jv_invalid();

	options = json_set(jv_object(), "preconditions",
	    json_set_str(jv_object(), "uid", metadata_str(&u->parent, "uid")));
	options = json_set_str(options, "apiVersion", "v1");
	options = json_set_str(options, "kind", "DeleteOptions");
	parent_path(u, &path);
	req.method = "DELETE";
	req.path = buf_str(&path);
	req.body = &options;
	status = api_ask(u->options->api, &req, &body, &http, &why);
	if (http == 404)
		status = STATUS_OK;
	if (status != STATUS_OK) {
		add_subject(u, err);
		buf_addf(err, ": %s", buf_str(&why));
	}
	jv_free(body);
	jv_free(options);
	buf_release(&path);
	buf_release(&why);
	return status;
}
