/* Writes the migrations of a folder as a C file: embed_sql DIR OUT.c OUT.d
 *
 * The folder itself is named in the dependency file, so that a new migration rebuilds it and no
 * list of files is kept by hand. A file that is neither NNNN.sql nor NNNN.postgres.sql nor
 * README.md is an error, and so is a NNNN.postgres.sql alone. Runs at build time only. */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MIGRATIONS_MAX = 10000, PATH_BYTES = 4096 };

typedef struct Found {
    bool sqlite, postgres;
} Found;

static _Noreturn void die(const char *what, const char *name)
{
    fprintf(stderr, "embed_sql: %s: %s\n", name, what);
    exit(1);
}

static void note_file(Found *found, const char *name)
{
    /* Editors leave such names beside the file. */
    if (name[0] == '.' || name[strlen(name) - 1] == '~' || strcmp(name, "README.md") == 0)
        return;
    int number = 0;
    for (int i = 0; i < 4; i++) {
        if (name[i] < '0' || name[i] > '9')
            die("a migration is called NNNN.sql or NNNN.postgres.sql", name);
        number = number * 10 + (name[i] - '0');
    }
    if (number == 0)
        die("numbers start at 0001", name);
    if (strcmp(name + 4, ".sql") == 0)
        found[number].sqlite = true;
    else if (strcmp(name + 4, ".postgres.sql") == 0)
        found[number].postgres = true;
    else
        die("a migration is called NNNN.sql or NNNN.postgres.sql", name);
}

static void find_files(const char *dir, Found *found)
{
    DIR *handle = opendir(dir);
    if (!handle)
        die("cannot be read", dir);
    for (const struct dirent *entry; (entry = readdir(handle));)
        note_file(found, entry->d_name);
    closedir(handle);
}

/* One literal per line of the file; octal escapes for what C would read otherwise. */
static void put_literal(FILE *out, const char *path)
{
    FILE *in = fopen(path, "rb");
    if (!in)
        die("cannot be read", path);
    fputs("\n        \"", out);
    for (int c; (c = getc(in)) != EOF;) {
        if (c == 0)
            die("holds a NUL", path);
        if (c == '\n')
            fputs("\\n\"\n        \"", out);
        else if (c < ' ' || c > '~' || c == '"' || c == '\\' || c == '?')
            fprintf(out, "\\%03o", (unsigned)c);
        else
            putc(c, out);
    }
    putc('"', out);
    fclose(in);
}

static void put_migration(FILE *out, FILE *depends, const char *dir, int number, Found found)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%04d.sql", dir, number);
    if (!found.sqlite)
        die("stands alone: the migration for SQLite is missing", path);
    fprintf(depends, " %s", path);
    fprintf(out, "    {.number = %d, .name = \"%04d\", .sql = S_INIT(", number, number);
    put_literal(out, path);
    putc(')', out);
    if (found.postgres) {
        snprintf(path, sizeof path, "%s/%04d.postgres.sql", dir, number);
        fprintf(depends, " %s", path);
        fputs(", .postgres = S_INIT(", out);
        put_literal(out, path);
        putc(')', out);
    }
    fputs("},\n", out);
}

int main(int argc, char **argv)
{
    static Found found[MIGRATIONS_MAX];
    if (argc != 4)
        die("embed_sql DIR OUT.c OUT.d", "usage");
    FILE *out = fopen(argv[2], "w");
    FILE *depends = fopen(argv[3], "w");
    if (!out || !depends)
        die("cannot be written", argv[2]);
    find_files(argv[1], found);
    fprintf(depends, "%s: %s", argv[2], argv[1]);
    fputs("/* Generated from sql/ by tools/embed_sql.c. */\n"
          "#include \"db/migration.h\"\n\nconst Migration MIGRATIONS[] = {\n",
          out);
    for (int i = 1; i < MIGRATIONS_MAX; i++) {
        if (found[i].sqlite || found[i].postgres)
            put_migration(out, depends, argv[1], i, found[i]);
    }
    fputs("};\nconst size_t MIGRATION_COUNT = sizeof MIGRATIONS / sizeof MIGRATIONS[0];\n", out);
    putc('\n', depends);
    if (ferror(out) || fclose(out) != 0 || ferror(depends) || fclose(depends) != 0)
        die("cannot be written", argv[2]);
    return 0;
}
