/*
 * Boolean expressions as conditions write them: not > and > or, parentheses,
 * keywords in any letter case. What a word stands for is the caller's.
 */
#ifndef VIGIE_SIGMA_EXPRESSION_H
#define VIGIE_SIGMA_EXPRESSION_H

#include "engine/base/yaml.h"
#include "engine/sigma/detection.h"

struct loader;

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_PIPE,
};

struct token {
	enum token_kind kind;
	struct str text;
	size_t at; /* byte offset */
};

/* Words beyond this are refused: nobody writes such a condition. */
#define EXPRESSION_MAX_WORDS 10000
#define EXPRESSION_MAX_DEPTH 64

struct expression {
	struct loader *loader;
	const struct yaml *node; /* the scalar with the text */
	struct str text;
	struct token now, next;
	size_t end; /* where the token after `next` begins */
	size_t words;
	unsigned depth;
	const struct expression_ops *ops;
	void *arg;
};

/* Both give a node of the caller's kind; leaf NULL after a mistake. */
struct expression_ops {
	/* Begins at e->now, a word; moves behind what it takes. */
	void *(*leaf)(struct expression *e);
	/* SIGMA_NOT has one operand, the others two or more. */
	void *(*join)(
	    struct expression *e, enum sigma_op op, void **operands, size_t n);
};

/* NULL when it is wrong, which is then said in the loader's err. */
void *expression_parse(struct loader *l, const struct yaml *node,
    const struct expression_ops *ops, void *arg);

/* For leaf(). */
void expression_step(struct expression *e);
bool token_is(const struct token *token, const char *word);
struct place token_place(const struct expression *e, const struct token *token);

#endif
