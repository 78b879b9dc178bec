/*
 * For the tests of engine/sigma/: one document in, its tree as one line of
 * text out.
 *   A='x*'     pattern (a star of the value itself is [*])   c'..': cased
 *   A=5 A=true A=null A/re/i A@192.0.2.0/24 A<5 A? !A?  A==B  A~==B  A.hour=3
 *   &(a b) |(a b) !(a)   and, or, not        name:...  a selection begins
 */
#ifndef VIGIE_TESTS_SIGMA_TEXT_H
#define VIGIE_TESTS_SIGMA_TEXT_H

#include "engine/base/buf.h"
#include "engine/sigma/sigma.h"

#include <stdio.h>

static inline void
print_text(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20)
			buf_printf(out, "\\x%02x", c);
		else if (c == '*' || c == '?')
			buf_printf(out, "[%c]", c);
		else
			buf_add_char(out, (char)c);
	}
}

static inline void
print_pattern(struct buf *out, const struct pattern *p)
{
	buf_add(out, p->cased ? STR("c'") : STR("'"));
	for (size_t i = 0; i < p->n; i++) {
		if (p->pieces[i].kind == PIECE_TEXT)
			print_text(out, p->pieces[i].text);
		else
			buf_add_char(
			    out, p->pieces[i].kind == PIECE_ANY ? '*' : '?');
	}
	buf_add_char(out, '\'');
}

static inline void
print_test(struct buf *out, const struct sigma_test *t)
{
	static const char *const parts[] = {
	    "minute", "hour", "day", "week", "month", "year"};
	static const char *const affixes[] = {"", "^", "$", "~"};
	char text[IP_TEXT];

	if (t->kind == TEST_EXISTS && !t->yes)
		buf_add_char(out, '!');
	buf_add(out, t->field);
	switch (t->kind) {
	case TEST_PATTERN:
		buf_add_char(out, '=');
		print_pattern(out, &t->pattern);
		break;
	case TEST_NUMBER:
		buf_printf(out, "=%g", t->number);
		break;
	case TEST_BOOL:
		buf_add(out, t->yes ? STR("=true") : STR("=false"));
		break;
	case TEST_REGEX:
		buf_printf(out, "/%.*s/%s%s%s", STR_ARG(t->regex),
		    t->regex_i ? "i" : "", t->regex_m ? "m" : "",
		    t->regex_s ? "s" : "");
		break;
	case TEST_CIDR:
		buf_printf(out, "@%.*s/%d",
		    STR_ARG(ip_format(&t->net.ip, text)), t->net.bits);
		break;
	case TEST_LT:
		buf_printf(out, "<%g", t->number);
		break;
	case TEST_LTE:
		buf_printf(out, "<=%g", t->number);
		break;
	case TEST_GT:
		buf_printf(out, ">%g", t->number);
		break;
	case TEST_GTE:
		buf_printf(out, ">=%g", t->number);
		break;
	case TEST_NULL:
		buf_add(out, STR("=null"));
		break;
	case TEST_EXISTS:
		buf_add_char(out, '?');
		break;
	case TEST_FIELDREF:
		buf_printf(out, "%s%s==%.*s", affixes[t->affix],
		    t->cased ? "c" : "", STR_ARG(t->other));
		break;
	case TEST_TIMEPART:
		buf_printf(out, ".%s=%g", parts[t->part], t->number);
		break;
	}
}

static inline void
print_node(struct buf *out, const struct sigma_node *node)
{
	static const char signs[] = {'&', '|', '!'};

	if (node->name.n > 0)
		buf_printf(out, "%.*s:", STR_ARG(node->name));
	if (node->op == SIGMA_TEST) {
		print_test(out, node->test);
		return;
	}
	buf_printf(out, "%c(", signs[node->op]);
	for (size_t i = 0; i < node->n; i++) {
		if (i > 0)
			buf_add_char(out, ' ');
		print_node(out, node->nodes[i]);
	}
	buf_add_char(out, ')');
}

static inline void
print_expr(struct buf *out, const struct correlation_expr *e)
{
	if (e->op == EXPR_REF) {
		buf_printf(out, "%u", e->ref);
		return;
	}
	buf_add(out, e->op == EXPR_AND  ? STR("&(")
	             : e->op == EXPR_OR ? STR("|(")
	                                : STR("!("));
	print_expr(out, e->a);
	if (e->op != EXPR_NOT) {
		buf_add_char(out, ' ');
		print_expr(out, e->b);
	}
	buf_add_char(out, ')');
}

/* "line:column code hint" of every message, one a line, errors with '!'. */
static inline void
print_messages(struct buf *out, struct err *err)
{
	err_sort(err);
	for (size_t i = 0; i < err->n; i++) {
		const struct err_item *item = &err->items[i];

		buf_printf(out, "%s%u:%u %.*s%s%.*s\n",
		    item->level == ERR_ERROR ? "!" : "", item->line,
		    item->column, STR_ARG(item->code),
		    item->hint.n > 0 ? " " : "", STR_ARG(item->hint));
	}
}

#endif
