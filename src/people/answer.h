/* Answer: what the alliance says officially to an idea: it is taken up, or not, and why.
 *
 * An answer is prepared, looked at, and published by a second action, perhaps of somebody else.
 * Before that nobody but who may answer knows that there is one: it is in no list, count, version
 * or export. Published is the version that was looked at, or nothing. Answers stay: when an idea
 * is looked at again, the earlier one is still to be read. */
#ifndef HANSE_PEOPLE_ANSWER_H
#define HANSE_PEOPLE_ANSWER_H

#include "people/idea.h"
#include "people/money.h"

enum {
    ANSWER_BODY_BYTES_MAX = 16 << 10,
    ANSWER_PERIOD_BYTES_MAX = 200,
    ANSWERS_MAX = 50 /* of one idea */
};

extern const StatementTable ANSWER_STATEMENTS;

typedef struct AnswerDraft {
    bool accepts;
    Str body; /* Markdown */
    Money cost;
    Str period; /* "2027, zweites Halbjahr"; may be empty */
    ItemId by;  /* the body or organisation that answers; 0: the project office */
} AnswerDraft;

typedef struct Answer {
    int64_t id; /* 0: there is none */
    AnswerDraft draft;
    Lang lang;
    Str by_title, by_path; /* empty: the project office */
    int64_t version;       /* of the words */
    PersonId prepared_by;
    Str prepared_name;
    int64_t prepared_us, published_us;
} Answer;

/* What is prepared; id 0: nothing. DENIED "idea.answer" for who may not answer. */
MUST Err answer_prepared(Cx *cx, const Item *idea, Answer *ret);
/* The newest first. For who may read the idea. */
MUST Err answer_list(Cx *cx, const Item *idea, Answer **ret, size_t *ret_count);

/* Prepares one, or changes what is prepared; version 0 for the first. Flaws "answer.body",
 * "answer.cost", "answer.period", "answer.by"; CONFLICT "answer.version". */
MUST Err answer_prepare(Cx *cx, const Item *idea, int64_t version, const AnswerDraft *draft);
MUST Err answer_discard(Cx *cx, const Item *idea);
/* The second action: takes the idea to accepted or rejected. CONFLICT "answer.version" for one
 * that was changed after it was looked at, "answer.none", "verb.state". */
MUST Err answer_publish(Cx *cx, Item *idea, int64_t version, Events *events);

/* For the machine of ideas: whether an answer of this kind is being published. */
MUST Err answer_check_step(Cx *cx, ItemId idea, bool accepts);
/* All published ones as a JSON array, for versions. */
MUST Err answer_own_json(Cx *cx, ItemId idea, Str *ret);

#endif
