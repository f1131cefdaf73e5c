// SPDX-License-Identifier: GPL-2.0-only
/*
 * aml_fold_math.c: operations on integers (ACPI 6.5, 19.6).
 */
#include "acpi/aml_private.h"

struct aml_value aml_int_value(const struct aml_reader *r, uint64_t number)
{
	return (struct aml_value){.kind = AML_V_INT,
				  .number = r->narrow ? (uint32_t)number : number};
}

bool aml_fold_int(struct aml_fold *f, struct aml_at *c, struct aml_value *value)
{
	*value = aml_fold(f, c);
	if (value->kind != AML_V_INT && value->kind != AML_V_DYNAMIC)
		*value = aml_dynamic("takes something for an integer that is none");
	return value->kind == AML_V_INT;
}

/*
 * Where a result also goes. To a local it changes nothing that is folded: who keeps track of
 * locals asks the walk which are written, and only of what a whole statement writes.
 */
static bool fold_target(const struct aml_fold *f, struct aml_at *c, struct aml_value *value)
{
	bool inner = f->locals && f->r->fold_depth > 1;
	unsigned int op = 0;

	if (!aml_is_name(c) && aml_opcode(c, &op) &&
	    (op == OP_ZERO || op == OP_DEBUG || (!inner && op >= OP_LOCAL0 && op <= OP_LOCAL7)))
		return true;
	*value = aml_dynamic("stores a result");
	return false;
}

static bool fold_two(struct aml_fold *f, struct aml_at *c, uint64_t number[2],
		     struct aml_value *value)
{
	for (size_t i = 0; i < 2; i++) {
		if (!aml_fold_int(f, c, value))
			return false;
		number[i] = value->number;
	}
	return true;
}

/* Position of the highest or lowest bit set, from 1; 0: none is. */
static uint64_t find_bit(uint64_t number, bool highest)
{
	if (number == 0)
		return 0;
	return highest ? 64 - (uint64_t)__builtin_clzll(number)
		       : (uint64_t)__builtin_ctzll(number) + 1;
}

static uint64_t compute(unsigned int op, uint64_t a, uint64_t b)
{
	switch (op) {
	case OP_ADD:
		return a + b;
	case OP_SUBTRACT:
		return a - b;
	case OP_MULTIPLY:
		return a * b;
	case OP_SHIFT_LEFT:
		return b < 64 ? a << b : 0;
	case OP_SHIFT_RIGHT:
		return b < 64 ? a >> b : 0;
	case OP_AND:
		return a & b;
	case OP_NAND:
		return ~(a & b);
	case OP_OR:
		return a | b;
	case OP_NOR:
		return ~(a | b);
	case OP_XOR:
		return a ^ b;
	case OP_DIVIDE:
		return a / b;
	default: /* OP_MOD */
		return a % b;
	}
}

static struct aml_value arithmetic(struct aml_fold *f, struct aml_at *c, unsigned int op)
{
	unsigned int targets = op == OP_DIVIDE ? 2 : 1;
	struct aml_value value;
	uint64_t number[2];

	if (!fold_two(f, c, number, &value))
		return value;
	for (unsigned int i = 0; i < targets; i++)
		if (!fold_target(f, c, &value))
			return value;
	if ((op == OP_DIVIDE || op == OP_MOD) && number[1] == 0)
		return aml_dynamic("divides by zero");
	return aml_int_value(f->r, compute(op, number[0], number[1]));
}

static struct aml_value one_number(struct aml_fold *f, struct aml_at *c, unsigned int op)
{
	struct aml_value value;
	uint64_t number;

	if (!aml_fold_int(f, c, &value))
		return value;
	number = value.number;
	if (!fold_target(f, c, &value))
		return value;
	if (op == OP_NOT)
		return aml_int_value(f->r, ~number);
	if (op == OP_TO_INTEGER)
		return aml_int_value(f->r, number);
	return aml_int_value(f->r, find_bit(number, op == OP_FIND_LEFT));
}

/* True is all ones. */
static struct aml_value logic(struct aml_fold *f, struct aml_at *c, unsigned int op)
{
	struct aml_value value;
	uint64_t number[2];
	bool holds;

	if (op == OP_LNOT) {
		if (!aml_fold_int(f, c, &value))
			return value;
		return aml_int_value(f->r, value.number ? 0 : UINT64_MAX);
	}
	if (!fold_two(f, c, number, &value))
		return value;
	if (op == OP_LAND)
		holds = number[0] && number[1];
	else if (op == OP_LOR)
		holds = number[0] || number[1];
	else if (op == OP_LEQUAL)
		holds = number[0] == number[1];
	else if (op == OP_LGREATER)
		holds = number[0] > number[1];
	else
		holds = number[0] < number[1];
	return aml_int_value(f->r, holds ? UINT64_MAX : 0);
}

static bool literal(struct aml_fold *f, struct aml_at *c, unsigned int op, struct aml_value *value)
{
	unsigned int bytes = op == OP_BYTE ? 1 : op == OP_WORD ? 2 : op == OP_DWORD ? 4 : 8;
	uint64_t number = op == OP_ONE ? 1 : op == OP_ONES ? UINT64_MAX : 0;

	if (op != OP_ZERO && op != OP_ONE && op != OP_ONES && op != OP_BYTE && op != OP_WORD &&
	    op != OP_DWORD && op != OP_QWORD)
		return false;
	if (op >= OP_BYTE && op <= OP_QWORD && !aml_number(f->r, c, bytes, &number))
		*value = aml_dynamic("is damaged");
	else
		*value = aml_int_value(f->r, number);
	return true;
}

bool aml_math(struct aml_fold *f, struct aml_at *c, unsigned int op, struct aml_value *value)
{
	if (literal(f, c, op, value))
		return true;
	switch (op) {
	case OP_ADD:
	case OP_SUBTRACT:
	case OP_MULTIPLY:
	case OP_DIVIDE:
	case OP_SHIFT_LEFT:
	case OP_SHIFT_RIGHT:
	case OP_AND:
	case OP_NAND:
	case OP_OR:
	case OP_NOR:
	case OP_XOR:
	case OP_MOD:
		*value = arithmetic(f, c, op);
		return true;
	case OP_NOT:
	case OP_FIND_LEFT:
	case OP_FIND_RIGHT:
	case OP_TO_INTEGER:
		*value = one_number(f, c, op);
		return true;
	case OP_LAND:
	case OP_LOR:
	case OP_LNOT:
	case OP_LEQUAL:
	case OP_LGREATER:
	case OP_LLESS:
		*value = logic(f, c, op);
		return true;
	default:
		return false;
	}
}
