/* Whatever stands in a file, it is refused or evaluated, twice to the same bits. The first byte
 * picks separator, logarithm and harmonics, the second where the start is. */
#include "app/effect_file.h"
#include "base/str.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROWS_MAX = 200 /* more only takes longer */ };

typedef struct Memory {
    CsvSource source;
    Str rest;
} Memory;

static Err memory_read(CsvSource *source, Cx *cx, char *to, size_t n, size_t *ret_n)
{
    (void)cx;
    Memory *memory = (Memory *)source;
    *ret_n = MIN(n, memory->rest.n);
    if (*ret_n)
        memcpy(to, memory->rest.p, *ret_n);
    memory->rest = str_from_index(memory->rest, *ret_n);
    return OK;
}

static void evaluate(Cx *cx, const EffectFile *file, uint8_t options, uint8_t start)
{
    EffectRegressor regressors[EFFECT_FILE_COLUMNS_MAX];
    EffectInput input = {.n = file->rows,
                         .t = file->steps,
                         .at_us = file->at_us,
                         .y = file->at,
                         .log = options & 4,
                         .harmonics = options >> 3 & 3,
                         .start = effect_file_step(file, file->at_us[start % file->rows]),
                         .ramp = options >> 6,
                         .regressors = regressors,
                         .regressor_count = file->columns - 1,
                         .target = -1,
                         .facts = EFFECT_FACTS_NONE};
    EffectResult once, again;
    for (size_t j = 1; j < file->columns; j++)
        regressors[j - 1] = (EffectRegressor){file->names[j], (EffectTerm)(j % EFFECT_TERM_ANNUAL),
                                              file->at + j * file->rows};
    input.facts.step_weeks = file->step_weeks;
    if (effect_evaluate(cx, &input, &once) != OK)
        return;
    ASSERT(effect_evaluate(cx, &input, &again) == OK);
    ASSERT(memcmp(once.mixture.at, again.mixture.at, sizeof once.mixture.at) == 0);
    ASSERT(memcmp(&once.judgement, &again.judgement, sizeof once.judgement) == 0);
    ASSERT(once.facts.n0 + once.facts.m <= file->rows);
    ASSERT(once.judgement.verdict != EFFECT_PROVEN ||
           (double)once.facts.n0 * file->step_weeks > 51);
    if (once.mixture.ok)
        ASSERT(!(once.low95 > once.high95) && !(once.p < 0) && !(once.p > 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char SEPARATORS[] = {',', ';', '\t', '|'};
    Arena arena;
    Error error = {0};
    EffectFile file;
    if (size < 2)
        return 0;
    arena_init(&arena, 0, 0);
    Cx cx = {.arena = &arena, .clock = &CLOCK_SYSTEM, .error = &error};
    Memory memory = {{memory_read}, {(const char *)data + 2, size - 2}};
    if (effect_file_read(&cx, &memory.source, SEPARATORS[data[0] & 3], &file) == OK &&
        file.rows <= ROWS_MAX)
        evaluate(&cx, &file, data[0], data[1]);
    arena_done(&arena);
    return 0;
}
