// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dom0: does the steps of the request one after the other and tells what each came to.
 *
 * The same image runs under a real Xen and in the simulator. It knows nothing of what is right; it
 * tells registers and memory, and the host compares.
 */
#include <stdbool.h>

#include "reference/xen/abi.h"

#define GICD_CTLR	0x000
#define GICD_ISENABLER0 0x100
#define GICC_CTLR	0x000
#define GICC_PMR	0x004
#define GICC_IAR	0x00c
#define GICC_EOIR	0x010
#define GIC_NO_IRQ	1023
#define NR_MEMORY_OP	12 /* __HYPERVISOR_memory_op */
#define TIMER_PPI	27 /* of the virtual timer, by the virt machine's and Xen's convention */

/* start.S */
_Noreturn void xr_off(void);
int64_t xr_hypercall(uint64_t nr, const uint64_t args[5]);
void xr_harness_tick(uint64_t interval);
void xr_bad_tag(void);
uint64_t xr_access(uint64_t addr, uint64_t value, uint64_t access);

/* for start.S */
extern uint64_t xr_recover, xr_fault[4], xr_changed;
extern const char xr_head[], xr_hypercall_hvc[];
void xr_main(uint64_t el, uint64_t image);
void xr_interrupt(const uint64_t *x);
void xr_exception(uint64_t esr, uint64_t elr, uint64_t far);

extern const struct xr_head xr_request[]; /* the link script: the end of the image */

uint64_t xr_recover;  /* where the next synchronous exception comes back to; 0: nowhere */
uint64_t xr_fault[4]; /* ESR_EL1, FAR_EL1, ELR_EL1, SPSR_EL1 of the last one */
uint64_t xr_changed;  /* by the last hypercall: not 0 if registers of its arguments are */

static uint64_t line_no, step_no, interval;
static volatile uint64_t interrupts, continued;

#define SYSREG_WRITE(name, value)                                                                  \
	__asm__ volatile("msr " #name ", %0\n\tisb" : : "r"(value) : "memory")
#define SYSREG_READ(name)                                                                          \
	({                                                                                         \
		uint64_t value_;                                                                   \
		__asm__ volatile("isb\n\tmrs %0, " #name : "=r"(value_) : : "memory");             \
		value_;                                                                            \
	})

/* ---- the console ---- */

static char *put_hex(char *to, uint64_t value, unsigned int digits)
{
	for (unsigned int shift = 4 * digits; shift > 0; shift -= 4)
		*to++ = "0123456789abcdef"[value >> (shift - 4) & 15];
	*to = ' ';
	return to + 1;
}

/* One line in one hypercall, so that nothing comes between. */
static void tell(enum xr_tag tag, uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3)
{
	static const char mark[] = XR_MARK " ";
	const uint64_t words[XR_LINE_WORDS] = {w0, w1, w2, w3};
	char line[XR_LINE + 1];
	char *to = line;
	uint64_t args[5] = {0, XR_LINE, (uint64_t)line, 0, 0};

	for (unsigned int k = 0; k < sizeof(mark) - 1; k++)
		*to++ = mark[k];
	to = put_hex(to, line_no++, 4);
	to = put_hex(to, step_no, 4);
	*to++ = (char)tag;
	*to++ = ' ';
	for (unsigned int k = 0; k < XR_LINE_WORDS; k++)
		to = put_hex(to, words[k], 16);
	to = put_hex(to, xr_line_sum(line, XR_SUM_AT), 8);
	to[-1] = '\n';
	xr_hypercall(XR_NR_CONSOLE_IO, args);
}

static _Noreturn void give_up(enum xr_stop why, uint64_t a, uint64_t b, uint64_t c)
{
	tell(XR_TAG_STOP, why, a, b, c);
	xr_off();
}

void xr_exception(uint64_t esr, uint64_t elr, uint64_t far)
{
	give_up(XR_STOP_EXCEPTION, esr, elr, far);
}

/* ---- the tick ---- */

static void store32(uint64_t at, uint32_t value)
{
	*(volatile uint32_t *)at = value;
}

static void timer_arm(void)
{
	SYSREG_WRITE(cntv_cval_el0, SYSREG_READ(cntvct_el0) + interval);
	SYSREG_WRITE(cntv_ctl_el0, (uint64_t)(interval != 0));
}

static void irqs_on(void)
{
	__asm__ volatile("msr daifclr, #2\n\tisb" : : : "memory");
}

static void irqs_off(void)
{
	__asm__ volatile("msr daifset, #2" : : : "memory");
}

static void set_timer(uint64_t ticks)
{
	const struct xr_head *head = xr_request;

	interval = ticks;
	if (head->timer == XR_TIMER_HARNESS) {
		xr_harness_tick(ticks);
		return;
	}
	store32(head->gicd + GICD_CTLR, 1);
	store32(head->gicd + GICD_ISENABLER0, UINT32_C(1) << TIMER_PPI);
	store32(head->gicc + GICC_PMR, 0xff);
	store32(head->gicc + GICC_CTLR, 1);
	timer_arm();
}

/* The last interrupt is taken before the tick is off: one that is pending costs at each trap. */
static void tick(uint64_t ticks)
{
	set_timer(ticks);
	if (!ticks) {
		irqs_on();
		irqs_off();
	}
}

/*
 * A preempted call is made again from where it was: it comes back to its HVC with how far it is in
 * the operation's high bits (MEMOP_EXTENT_SHIFT of xen/include/public/memory.h).
 */
static bool is_continued(const uint64_t *x)
{
	return SYSREG_READ(elr_el1) == (uint64_t)xr_hypercall_hvc && x[16] == NR_MEMORY_OP &&
	       x[0] >> 6;
}

/* x: x0 to x18 of what was interrupted. */
void xr_interrupt(const uint64_t *x)
{
	const struct xr_head *head = xr_request;
	uint32_t iar;

	interrupts++;
	continued += is_continued(x);
	if (head->timer == XR_TIMER_HARNESS)
		return;
	iar = *(volatile uint32_t *)(head->gicc + GICC_IAR);
	if ((iar & GIC_NO_IRQ) == TIMER_PPI)
		timer_arm();
	if ((iar & GIC_NO_IRQ) != GIC_NO_IRQ)
		store32(head->gicc + GICC_EOIR, iar);
}

/* ---- steps ---- */

static void do_store(const struct xr_step *s)
{
	const uint64_t *words = (const uint64_t *)(s + 1);

	for (uint64_t k = 0; k < s->words; k++)
		*(volatile uint64_t *)(s->a[0] + 8 * k) = words[k];
}

static void do_fill(const struct xr_step *s)
{
	uint64_t value = s->a[2];

	for (uint64_t k = 0; k < s->a[1]; k++, value += s->a[3])
		if (s->a[4] == 4)
			store32(s->a[0] + 4 * k, (uint32_t)value);
		else
			*(volatile uint64_t *)(s->a[0] + 8 * k) = value;
}

static void do_call(const struct xr_step *s)
{
	uint64_t before = interrupts, was_continued = continued, begin, first = 0, end, changed = 0;
	int64_t rc = 0;

	if (s->a[9] & XR_CALL_IRQS)
		irqs_on();
	begin = SYSREG_READ(cntvct_el0);
	for (uint64_t k = 0; k < s->a[6]; k++) {
		int64_t this_rc = xr_hypercall(s->a[0], s->a + 1);

		changed |= xr_changed;
		if (s->a[7])
			*(volatile uint64_t *)s->a[7] += s->a[8];
		if (k == 0) {
			rc = this_rc;
			first = SYSREG_READ(cntvct_el0);
		} else if (this_rc != rc) {
			tell(XR_TAG_OTHER, k, (uint64_t)this_rc, 0, 0);
			break;
		}
	}
	end = SYSREG_READ(cntvct_el0);
	irqs_off();
	tell(XR_TAG_CALL, (uint64_t)rc, first - begin, end - first,
	     (interrupts - before) | (continued - was_continued) << 28 |
		     (changed ? XR_CALL_CHANGED : 0));
}

/* Of the exception that was taken last. */
static uint64_t where(void)
{
	return XR_WHERE(xr_fault[3], xr_fault[2] - (uint64_t)xr_head);
}

static void do_access(const struct xr_step *s)
{
	uint64_t value, begin, first;

	if (s->a[1] >= XR_ACCESS_COUNT)
		give_up(XR_STOP_STEP, s->a[1], 0, 0);
	xr_fault[0] = xr_fault[1] = 0;
	begin = SYSREG_READ(cntvct_el0);
	value = xr_access(s->a[0], s->a[2], s->a[1]);
	first = SYSREG_READ(cntvct_el0) - begin;
	begin += first;
	for (uint64_t k = 1; k < s->a[3]; k++)
		xr_access(s->a[0] + k * s->a[4], s->a[2], s->a[1]);
	begin = SYSREG_READ(cntvct_el0) - begin;
	xr_recover = 0;
	if (xr_fault[0])
		value = where();
	else if (s->a[5])
		value = 0;
	tell(XR_TAG_ACCESS, value, xr_fault[0], xr_fault[1], first << 32 | begin);
}

static void do_bad_tag(void)
{
	xr_fault[0] = xr_fault[1] = 0;
	xr_bad_tag();
	xr_recover = 0;
	/* FAR_EL1 has no meaning for what is not an abort. */
	tell(XR_TAG_ACCESS, where(), xr_fault[0], 0, 0);
}

static void do_runs(const struct xr_step *s)
{
	const volatile uint32_t *words = (const volatile uint32_t *)s->a[0];
	uint64_t runs = 0, digest = 0, first = 0;

	for (uint64_t k = 0; k < s->a[1]; k++) {
		const uint64_t next[2] = {digest, words[k]};

		digest = xr_sum(next, 2);
		if (k + 1 < s->a[1] && words[k + 1] == words[k])
			continue;
		if (runs++ < XR_RUNS_MAX)
			tell(XR_TAG_RUN, first, words[k], k + 1 - first, 0);
		first = k + 1;
	}
	tell(XR_TAG_RUNS, runs, digest, 0, 0);
}

static void do_step(const struct xr_step *s)
{
	switch (s->kind) {
	case XR_STORE:
		do_store(s);
		break;
	case XR_FILL:
		do_fill(s);
		break;
	case XR_CALL:
		do_call(s);
		break;
	case XR_ACCESS:
		do_access(s);
		break;
	case XR_RUNS:
		do_runs(s);
		break;
	case XR_TICK:
		tick(s->a[0]);
		break;
	case XR_BAD_TAG:
		do_bad_tag();
		break;
	default:
		give_up(XR_STOP_STEP, s->kind, 0, 0);
	}
}

void xr_main(uint64_t el, uint64_t image)
{
	const struct xr_head *head = xr_request;
	const uint64_t *words = (const uint64_t *)(head + 1);

	if (el != 1)
		give_up(XR_STOP_EL, el, 0, 0);
	if (head->magic != XR_MAGIC_REQUEST || xr_sum(words, head->words) != head->sum)
		give_up(XR_STOP_REQUEST, head->magic, head->words, 0);
	tell(XR_TAG_HELLO, image, el, SYSREG_READ(cntfrq_el0), head->steps);
	if (head->steps && image != head->ram + XR_TEXT_OFFSET)
		give_up(XR_STOP_PLACE, image - XR_TEXT_OFFSET, 0, 0);
	for (step_no = 0; step_no < head->steps; step_no++) {
		const struct xr_step *s = (const struct xr_step *)words;

		do_step(s);
		words = (const uint64_t *)(s + 1) + s->words;
	}
	tell(XR_TAG_END, head->steps, interrupts, 0, 0);
}
