/* The demo of Dortmund: car parks and stops that the program carries, and, where somebody has
 * them, the car parks' history. demo/dortmund/ says where the data comes from. */
#ifndef HANSE_APP_DORTMUND_H
#define HANSE_APP_DORTMUND_H

#include "app/config.h"

/* Fills the data directory, which is made where it is missing; doing it again changes nothing.
 * Also writes the @contexts that the entities use to DATA/contexts with a contexts.tsv, for
 * --contexts. parking_dir: a folder with dortmund-parking-20*.csv; empty: no history. Progress
 * goes to standard error. Errors: NOT_FOUND "demo.parking" where the folder has no such file;
 * those of the import. */
MUST Err dortmund_fill(Cx *cx, const Config *config, Str parking_dir);

/* Who made the data: a line for the page's foot, one credit per text; ends with p NULL. */
extern const Str DORTMUND_CREDITS[];

#endif
