#include "engine/sigma/expression.h"

#include "engine/sigma/loader.h"

bool
token_is(const struct token *token, const char *word)
{
	return token->kind == TOKEN_WORD &&
	       str_eq_nocase(token->text, str_from(word));
}

struct place
token_place(const struct expression *e, const struct token *token)
{
	return place_inside(e->loader, e->node, token->at);
}

static bool
is_space(char c)
{
	return char_is_blank(c) || c == '\n' || c == '\r';
}

static enum token_kind
kind_of(char c)
{
	return c == '('   ? TOKEN_OPEN
	       : c == ')' ? TOKEN_CLOSE
	       : c == '|' ? TOKEN_PIPE
	                  : TOKEN_WORD;
}

static struct token
read_token(struct expression *e)
{
	struct str s = e->text;
	size_t i = e->end;
	struct token token = {0};

	while (i < s.n && is_space(s.p[i]))
		i++;
	token.at = i;
	if (i < s.n) {
		token.kind = kind_of(s.p[i++]);
		while (token.kind == TOKEN_WORD && i < s.n &&
		       !is_space(s.p[i]) && kind_of(s.p[i]) == TOKEN_WORD)
			i++;
	}
	token.text = str_make(s.p + token.at, i - token.at);
	e->end = i;
	return token;
}

void
expression_step(struct expression *e)
{
	e->words++;
	e->now = e->next;
	e->next = read_token(e);
}

static bool
wrong(struct expression *e, const struct token *token, const char *expected)
{
	struct place at = token_place(e, token);
	struct err *err = e->loader->err;

	if (token->kind == TOKEN_PIPE) {
		err_add(err, at, "condition_pipe",
		    "the aggregation behind '|' is no longer Sigma");
		err_hint(err, "write it as a correlation; `vigie check --fix` "
		              "shows how");
		return false;
	}
	if (token->kind == TOKEN_END)
		return err_add(err, at, "condition_syntax",
		    "the condition ends here, expected %s", expected);
	return err_add(err, at, "condition_syntax", "found '%.*s', expected %s",
	    STR_ARG(token->text), expected);
}

static bool
is_keyword(const struct token *token)
{
	return token_is(token, "and") || token_is(token, "or") ||
	       token_is(token, "not");
}

static void *parse_or(struct expression *e);

static void *
parse_group(struct expression *e)
{
	struct token open = e->now;
	void *node;

	expression_step(e);
	node = parse_or(e);
	if (node == NULL)
		return NULL;
	if (e->now.kind != TOKEN_CLOSE) {
		if (e->now.kind != TOKEN_END)
			wrong(e, &e->now, "'and', 'or' or ')'");
		else
			err_add(e->loader->err, token_place(e, &open),
			    "condition_syntax",
			    "this parenthesis is never closed");
		return NULL;
	}
	expression_step(e);
	return node;
}

static void *
parse_not(struct expression *e)
{
	struct token token = e->now;
	void *node = NULL;

	if (++e->depth > EXPRESSION_MAX_DEPTH ||
	    e->words > EXPRESSION_MAX_WORDS) {
		err_add(e->loader->err, token_place(e, &token),
		    "condition_size",
		    "the condition is nested deeper than %d or longer than "
		    "%d words",
		    EXPRESSION_MAX_DEPTH, EXPRESSION_MAX_WORDS);
	} else if (token_is(&token, "not")) {
		expression_step(e);
		node = parse_not(e);
		if (node != NULL)
			node = e->ops->join(e, SIGMA_NOT, &node, 1);
	} else if (token.kind == TOKEN_OPEN) {
		node = parse_group(e);
	} else if (token.kind == TOKEN_WORD && !is_keyword(&token)) {
		node = e->ops->leaf(e);
	} else {
		wrong(e, &token, "a name, 'not' or '('");
	}
	e->depth--;
	return node;
}

static void *
parse_chain(struct expression *e, enum sigma_op op)
{
	const char *word = op == SIGMA_AND ? "and" : "or";
	void **operands = NULL;
	size_t n = 0, cap = 0;

	for (;;) {
		void *node =
		    op == SIGMA_AND ? parse_not(e) : parse_chain(e, SIGMA_AND);

		if (node == NULL)
			return NULL;
		ARENA_PUSH_ROOM(e->loader->arena, operands, n, cap);
		operands[n++] = node;
		if (!token_is(&e->now, word))
			break;
		expression_step(e);
	}
	return n == 1 ? operands[0] : e->ops->join(e, op, operands, n);
}

static void *
parse_or(struct expression *e)
{
	return parse_chain(e, SIGMA_OR);
}

void *
expression_parse(struct loader *l, const struct yaml *node,
    const struct expression_ops *ops, void *arg)
{
	struct expression e = {
	    .loader = l,
	    .node = node,
	    .text = node->text,
	    .ops = ops,
	    .arg = arg,
	};
	void *tree;

	expression_step(&e);
	expression_step(&e);
	if (e.now.kind == TOKEN_END) {
		err_add(l->err, node->at, "condition_empty",
		    "the condition is empty");
		return NULL;
	}
	tree = parse_or(&e);
	if (tree == NULL)
		return NULL;
	if (e.now.kind != TOKEN_END) {
		wrong(&e, &e.now, "'and', 'or' or the end of the condition");
		return NULL;
	}
	return tree;
}
