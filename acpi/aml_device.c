// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_device.c: devices in the order of Linux's walk (acpi_bus_scan(): depth first, children in
 * the order in which they were made), their ids, numbers and resources.
 */
#include <inttypes.h>
#include <string.h>

#include "acpi/aml_private.h"

/* What is asked of a device, and where its name is. */
struct asked {
	struct aml_reader *r;
	uint32_t device, node; /* node: AML_NO_NODE if it has no such object */
	struct aml_value value;
};

static bool ask(struct asked *asked, const char *name)
{
	uint32_t node = aml_child(asked->r, asked->device, aml_seg((const uint8_t *)name));

	if (node == AML_NO_NODE)
		return false;
	if (aml_node(asked->r, node)->maybe) {
		asked->node = node;
		asked->value = aml_dynamic("code of a table may make it");
		return true;
	}
	/* What a method makes is there only while the method runs. */
	if (aml_node(asked->r, node)->kind == AML_K_NONE || aml_node(asked->r, node)->local)
		return false;
	if (aml_node(asked->r, node)->kind == AML_K_ALIAS)
		node = aml_node(asked->r, node)->ref;
	asked->node = node;
	asked->value = aml_fold_node(asked->r, node);
	return true;
}

static const char *refuse(const struct asked *asked, const char *reason)
{
	struct aml_reader *r = asked->r;
	const struct aml_node *n = aml_node(r, asked->node);

	aml_dynamic_row(r, aml_path(r, asked->node), reason, n->table, n->offset);
	return reason;
}

static struct aml_int ask_int(struct aml_reader *r, uint32_t device, const char *name)
{
	struct asked asked = {.r = r, .device = device};
	struct aml_int out = {.known = AML_ABSENT};

	if (!ask(&asked, name))
		return out;
	out.known = asked.value.kind == AML_V_INT ? AML_STATIC : AML_DYNAMIC;
	if (out.known == AML_STATIC)
		out.value = asked.value.number;
	else
		out.reason =
			refuse(&asked, asked.value.reason ? asked.value.reason : "is no integer");
	return out;
}

/* Three letters of 5 bits, four hex digits; the number is byte-swapped (19.3.4, EISAID). */
static const char *eisa_text(struct aml_reader *r, uint64_t number)
{
	uint32_t id = __builtin_bswap32((uint32_t)number);

	return aml_printf(r, "%c%c%c%04X", (int)('@' + (id >> 26 & 0x1f)),
			  (int)('@' + (id >> 21 & 0x1f)), (int)('@' + (id >> 16 & 0x1f)),
			  id & 0xffff);
}

/* An id as text, or NULL and *reason. */
static const char *id_text(struct aml_reader *r, const struct aml_value *value, bool eisa,
			   const char **reason)
{
	if (value->kind == AML_V_INT)
		return eisa ? eisa_text(r, value->number)
			    : aml_printf(r, "%" PRIu64, value->number);
	if (value->kind == AML_V_STRING && value->len <= AML_ID_MAX)
		return aml_printf(r, "%.*s", (int)value->len, (const char *)value->bytes);
	*reason = value->kind == AML_V_DYNAMIC	? value->reason
		  : value->kind == AML_V_STRING ? "is a string of more than 255 characters"
						: "is neither a string nor a number";
	return NULL;
}

static struct aml_id ask_id(struct aml_reader *r, uint32_t device, const char *name, bool eisa)
{
	struct asked asked = {.r = r, .device = device};
	struct aml_id out = {.known = AML_ABSENT};
	const char *reason = NULL;

	if (!ask(&asked, name))
		return out;
	out.text = id_text(r, &asked.value, eisa, &reason);
	out.known = out.text ? AML_STATIC : AML_DYNAMIC;
	if (!out.text)
		out.reason = refuse(&asked, reason);
	return out;
}

struct cids {
	struct asked asked;
	struct aml_device *device;
};

static bool add_cid(void *ctx, const struct aml_value *element)
{
	struct cids *cids = ctx;
	struct aml_reader *r = cids->asked.r;
	struct aml_id id = {.known = AML_STATIC};
	const struct aml_at at = {.table = aml_node(r, cids->asked.device)->table};

	if (!aml_step(r, &at))
		return false;
	id.text = id_text(r, element, true, &id.reason);
	if (!id.text) {
		id.known = AML_DYNAMIC;
		refuse(&cids->asked, id.reason);
	}
	if (vec_push(&cids->device->cids, id))
		r->rc = -ENOMEM;
	return r->rc == 0;
}

static void ask_cids(struct aml_reader *r, uint32_t node, struct aml_device *device)
{
	struct cids cids = {.asked = {.r = r, .device = node}, .device = device};

	if (!ask(&cids.asked, "_CID"))
		return;
	if (cids.asked.value.kind == AML_V_PACKAGE)
		aml_elements(r, &cids.asked.value, add_cid, &cids);
	else
		add_cid(&cids, &cids.asked.value);
}

/* Many devices may have the same long list: its bytes count as steps. */
static const char *read_resources(struct asked *asked, struct acpi_crs *crs)
{
	const struct aml_value *value = &asked->value;
	struct aml_reader *r = asked->r;

	if (value->kind == AML_V_DYNAMIC)
		return value->reason;
	if (value->kind != AML_V_BUFFER)
		return "is no buffer";
	r->steps += value->len;
	if (!aml_step(r, &value->at))
		return "takes too many steps";
	if (acpi_crs_read(crs, value->bytes, value->len,
			  r->tables->tables.items[value->at.table].sig, value->at.at, r->log))
		r->rc = -ENOMEM;
	return NULL;
}

static struct aml_resources ask_resources(struct aml_reader *r, uint32_t device, const char *name)
{
	struct asked asked = {.r = r, .device = device};
	struct aml_resources out = {.known = AML_ABSENT};

	if (!ask(&asked, name))
		return out;
	out.table = aml_node(r, asked.node)->table;
	out.offset = aml_node(r, asked.node)->offset;
	out.reason = read_resources(&asked, &out.crs);
	out.known = out.reason ? AML_DYNAMIC : AML_STATIC;
	if (out.reason)
		refuse(&asked, out.reason);
	return out;
}

static void add_device(struct aml_reader *r, uint32_t node, size_t parent)
{
	struct aml_device device = {
		.path = aml_path(r, node),
		.parent = parent,
		.hid = ask_id(r, node, "_HID", true),
		.uid = ask_id(r, node, "_UID", false),
		.adr = ask_int(r, node, "_ADR"),
		.seg = ask_int(r, node, "_SEG"),
		.bbn = ask_int(r, node, "_BBN"),
		.cba = ask_int(r, node, "_CBA"),
		.sta = ask_int(r, node, "_STA"),
		.cca = ask_int(r, node, "_CCA"),
		.crs = ask_resources(r, node, "_CRS"),
		.dma = ask_resources(r, node, "_DMA"),
		.is_processor = aml_node(r, node)->kind == AML_K_PROCESSOR,
		.table = aml_node(r, node)->table,
		.offset = aml_node(r, node)->offset,
	};

	ask_cids(r, node, &device);
	aml_node(r, node)->ref = (uint32_t)r->out->devices.count;
	if (vec_push(&r->out->devices, device)) {
		r->rc = -ENOMEM;
		acpi_crs_fini(&device.crs.crs);
		acpi_crs_fini(&device.dma.crs);
		vec_fini(&device.cids);
	}
}

static bool is_device(uint8_t kind)
{
	return kind == AML_K_DEVICE || kind == AML_K_PROCESSOR || kind == AML_K_POWER ||
	       kind == AML_K_THERMAL;
}

static size_t parent_device(struct aml_reader *r, uint32_t node)
{
	while (node != AML_ROOT) {
		node = aml_node(r, node)->parent;
		if (is_device(aml_node(r, node)->kind))
			return aml_node(r, node)->ref;
	}
	return AML_NO_DEVICE;
}

/* The node behind this one, first its children. */
static uint32_t next_node(struct aml_reader *r, uint32_t node)
{
	if (aml_node(r, node)->child != AML_NO_NODE)
		return aml_node(r, node)->child;
	while (node != AML_ROOT && aml_node(r, node)->next == AML_NO_NODE)
		node = aml_node(r, node)->parent;
	return node == AML_ROOT ? AML_NO_NODE : aml_node(r, node)->next;
}

void aml_devices(struct aml_reader *r)
{
	uint32_t node = AML_ROOT;

	while (node != AML_NO_NODE && r->rc == 0) {
		if (is_device(aml_node(r, node)->kind)) {
			const struct aml_at at = {.table = aml_node(r, node)->table,
						  .at = aml_node(r, node)->offset};

			if (r->out->devices.count >= AML_LIST_MAX) {
				aml_truncated(r, &at, "65536 devices");
				return;
			}
			add_device(r, node, parent_device(r, node));
		}
		node = next_node(r, node);
	}
}
