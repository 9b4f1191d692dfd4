#include "people/own_data_store.h"

#define MINE " WHERE tenant = ?1 AND person = ?2"
/* Where everybody may read the item, or the person belongs to it: elsewhere its name is not told.
 */
#define TITLE_OF(item)                                                                             \
    "coalesce((SELECT t.title FROM item i JOIN item_text t ON t.tenant = i.tenant"                 \
    " AND t.item = i.id AND t.lang = i.lang WHERE i.tenant = ?1 AND i.id = " item                  \
    " AND (i.audience = 0 OR i.author = ?2 OR EXISTS (SELECT 1 FROM relation z"                    \
    " WHERE z.tenant = ?1 AND z.person = ?2 AND z.item = i.id AND z.state = 'active'))), '')"

#define MAILS_WAITING                                                                              \
    "SELECT id, state, created_us, due_us, payload FROM outbox WHERE tenant = ?1"                  \
    " AND kind = 'mail' AND payload <> '' AND (payload LIKE '%\"person\":' || ?2 || ',%' OR "

const OwnSection OWN_SECTIONS[] = {
    {"account",
     "id# mail name lang state state_at* state_reason created_at* erase_due_at* district",
     SQL("SELECT id, mail, name, lang, state, state_us, state_reason, created_us, erase_due_us,"
         " district FROM person WHERE tenant = ?1 AND id = ?2"),
     false},
    {"former", "kind value until_at*",
     SQL("SELECT kind, value, until_us FROM person_former" MINE " ORDER BY until_us, kind, value"),
     false},
    {"addresses", "address confirmed_at* bounced_at* bounce",
     SQL("SELECT folded, confirmed_us, bounced_us, bounce FROM mail_address WHERE tenant = ?1"
         " AND (folded = ?3 OR folded IN (SELECT lower(value) FROM person_former"
         " WHERE tenant = ?1 AND person = ?2 AND kind = 'mail')) ORDER BY folded"),
     true},
    {"identities", "provider issuer sub mail created_at* used_at*",
     SQL("SELECT provider, issuer, sub, mail, created_us, used_us FROM person_identity" MINE
         " ORDER BY created_us, sub"),
     false},
    {"roles", "role item# from_at* until_at*",
     SQL("SELECT role, item, from_us, until_us FROM role_grant" MINE " ORDER BY role, item"),
     false},
    {"sessions", "id# created_at* expires_at* agent",
     SQL("SELECT id, created_us, expires_us, agent FROM session" MINE " ORDER BY id"), false},
    {"tokens", "id# name scopes created_at* expires_at*",
     SQL("SELECT id, name, scopes, created_us, expires_us FROM token" MINE " ORDER BY id"), false},
    {"links", "purpose mail until_at*",
     SQL("SELECT purpose, mail, until_us FROM account_link" MINE " ORDER BY until_us"), false},
    {"calendar_keys", "created_at*", SQL("SELECT created_us FROM calendar_key" MINE), false},
    {"consents", "text version given_at* confirmed_at* words",
     SQL("SELECT c.text, c.version, c.given_us, c.confirmed_us, coalesce(w.words, '')"
         " FROM consent c LEFT JOIN consent_text w ON w.tenant = c.tenant AND w.text = c.text"
         " AND w.version = c.version WHERE c.tenant = ?1 AND c.person = ?2 ORDER BY c.given_us"),
     false},
    {"notice_choices", "category pace due_at* told_at*",
     SQL("SELECT category, pace, due_us, told_us FROM notice_choice" MINE " ORDER BY category"),
     false},
    {"notices", "id# kind item# who what path at* read_at* due_at*",
     SQL("SELECT id, kind, item, who, what, path, at_us, read_us, due_us FROM notice" MINE
         " ORDER BY id"),
     false},
    {"relations",
     "id# role item# title_of_item through# title state created_at* from_at* until_at*"
     " message reason shown_at*",
     SQL("SELECT r.id, r.role, r.item, " TITLE_OF(
         "r.item") ", r.through, r.title, r.state,"
                   " r.created_us, r.from_us, r.until_us, coalesce(s.message, ''), "
                   "coalesce(s.reason, ''),"
                   " coalesce(s.shown_us, 0) FROM relation r LEFT JOIN seat s ON s.tenant = "
                   "r.tenant"
                   " AND s.id = r.id WHERE r.tenant = ?1 AND r.person = ?2 ORDER BY r.id"),
     false},
    {"shown_by", "organisation# at*",
     SQL("SELECT organisation, at_us FROM member_shown" MINE " ORDER BY organisation"), false},
    {"seats_decided", "seat# reason at*",
     SQL("SELECT id, reason, decided_us FROM seat WHERE tenant = ?1 AND decided_by = ?2"
         " ORDER BY id"),
     false},
    {"items", "id# noun state lang title lead body slug created_at* changed_at* published_at*",
     SQL("SELECT i.id, i.noun, i.state, t.lang, t.title, t.lead, t.body, i.slug, i.created_us,"
         " i.changed_us, i.published_us FROM item i JOIN item_text t ON t.tenant = i.tenant"
         " AND t.item = i.id WHERE i.tenant = ?1 AND i.author = ?2 ORDER BY i.id, t.lang"),
     false},
    {"versions", "item# version# verb reason at* doc{}",
     SQL("SELECT item, version, verb, reason, at_us, doc FROM item_version" MINE
         " ORDER BY item, version"),
     false},
    {"posts",
     "id# item# root# state reason lang version# at* body created_at* changed_at* shown_at*",
     SQL("SELECT p.id, p.item, p.root, p.state, p.reason, p.lang, coalesce(v.version, 0),"
         " coalesce(v.at_us, 0), coalesce(v.body, ''), p.created_us, p.changed_us, p.shown_us"
         " FROM post p LEFT JOIN post_version v ON v.tenant = p.tenant AND v.post = p.id"
         " WHERE p.tenant = ?1 AND p.author = ?2 ORDER BY p.id, v.version"),
     false},
    {"mentions", "post# item#",
     SQL("SELECT m.post, p.item FROM post_mention m JOIN post p ON p.tenant = m.tenant"
         " AND p.id = m.post WHERE m.tenant = ?1 AND m.person = ?2 ORDER BY m.post"),
     false},
    {"discussions_closed", "item# at* summary lang",
     SQL("SELECT item, closed_us, summary, lang FROM discussion WHERE tenant = ?1"
         " AND closed_by = ?2 ORDER BY item"),
     false},
    {"flags", "id# item# post# ground words state created_at*",
     SQL("SELECT id, item, post, ground, words, state, created_us FROM flag" MINE " ORDER BY id"),
     false},
    {"rulings", "id# verb item# post# ground reason at*",
     SQL("SELECT id, verb, item, post, ground, reason, at_us FROM ruling WHERE tenant = ?1"
         " AND author = ?2 ORDER BY id"),
     false},
    {"rulings_made", "id# verb item# post# ground reason at*",
     SQL("SELECT id, verb, item, post, ground, reason, at_us FROM ruling WHERE tenant = ?1"
         " AND handler = ?2 ORDER BY id"),
     false},
    {"blocks", "since_at*", SQL("SELECT since_us FROM block" MINE), false},
    {"follows", "item# title_of_item since_at* ended_at*",
     SQL("SELECT f.item, " TITLE_OF(
         "f.item") ", f.since_us, f.ended_us FROM follow f"
                   " WHERE f.tenant = ?1 AND f.person = ?2 ORDER BY f.item"),
     false},
    {"supports", "idea# kind supporter# at*",
     SQL("SELECT idea, kind, supporter, at_us FROM idea_support WHERE tenant = ?1 AND (person = ?2"
         " OR (kind = 'person' AND supporter = ?2)) ORDER BY idea, kind"),
     false},
    {"answers", "id# idea# accepts# body lang prepared_at* published_at*",
     SQL("SELECT id, idea, accepts, body, lang, prepared_us, published_us FROM idea_answer"
         " WHERE tenant = ?1 AND (prepared_by = ?2 OR published_by = ?2) ORDER BY id"),
     false},
    {"files", "id# item# kind name title alt credit bytes# hash created_at*",
     SQL("SELECT id, item, kind, name, title, alt, credit, bytes, hash, created_us FROM "
         "attachment" MINE " AND removed_us = 0 ORDER BY id"),
     false},
    {"contributions", "id# organisation# kind amount# on_at* what created_at*",
     SQL("SELECT id, organisation, kind, amount, on_us, what, created_us FROM contribution" MINE
         " ORDER BY id"),
     false},
    {"lights", "project# number# light reason at*",
     SQL("SELECT project, number, light, reason, at_us FROM project_light" MINE
         " ORDER BY project, number"),
     false},
    {"reports", "round# project# state happened next_steps risks_note question submitted_at*",
     SQL("SELECT round, project, state, happened, next_steps, risks_note, question, submitted_us"
         " FROM report" MINE " ORDER BY round, project"),
     false},
    {"meetings", "meeting# title_of_item reply attended",
     SQL("SELECT m.meeting, " TITLE_OF(
         "m.meeting") ", m.reply, m.attended FROM meeting_person m"
                      " WHERE m.tenant = ?1 AND m.person = ?2 ORDER BY m.meeting"),
     false},
    {"recusals", "meeting# number#",
     SQL("SELECT meeting, number FROM decision_recusal" MINE " ORDER BY meeting, number"), false},
    {"tasks", "id# body# title state due_at* created_at* ended_at* owned#",
     SQL("SELECT id, body, title, state, due_us, created_us, ended_us,"
         " CASE WHEN owner = ?2 THEN 1 ELSE 0 END FROM task WHERE tenant = ?1"
         " AND (owner = ?2 OR author = ?2) ORDER BY id"),
     false},
    {"enquiries",
     "number# year# kind state subject body place name mail outcome created_at* due_at*"
     " answered_at* closed_at* delete_at*",
     SQL("SELECT number, year, kind, state, subject, body, place, name, mail, outcome, created_us,"
         " due_us, answered_us, closed_us, delete_us FROM enquiry WHERE tenant = ?1"
         " AND (person = ?2 OR lower(mail) = ?3) ORDER BY id"),
     true},
    {"enquiry_answers", "enquiry# body at* sent_at*",
     SQL("SELECT n.enquiry, n.body, n.at_us, n.sent_us FROM enquiry_note n JOIN enquiry e"
         " ON e.tenant = n.tenant AND e.id = n.enquiry WHERE n.tenant = ?1 AND n.kind = 'answer'"
         " AND n.sent_us > 0 AND (e.person = ?2 OR lower(e.mail) = ?3) ORDER BY n.id"),
     true},
    {"enquiry_notes", "enquiry# kind body at* sent_at*",
     SQL("SELECT enquiry, kind, body, at_us, sent_us FROM enquiry_note" MINE " ORDER BY id"),
     false},
    {"inbox", "kind object# at*",
     SQL("SELECT kind, object, at_us FROM inbox_owner WHERE tenant = ?1 AND owner = ?2"
         " ORDER BY kind, object"),
     false},
    {"invitations_sent", "id# organisation# role mail title created_at* expires_at* ended_at*",
     SQL("SELECT id, organisation, role, mail, title, created_us, expires_us, ended_us"
         " FROM invitation" MINE " ORDER BY id"),
     false},
    {"invitations", "organisation# role title created_at* expires_at* ended_at*",
     SQL("SELECT organisation, role, title, created_us, expires_us, ended_us FROM invitation"
         " WHERE tenant = ?1 AND lower(mail) = ?3 AND person <> ?2 ORDER BY id"),
     true},
    {"applications", "state person_name mail lang role doc{} created_at* confirmed_at*",
     SQL("SELECT state, person_name, mail, lang, role, doc, created_us, confirmed_us"
         " FROM application WHERE tenant = ?1 AND lower(mail) = ?3 AND ?2 > 0 ORDER BY id"),
     true},
    {"interests", "state mail lang consent created_at* confirmed_at* ended_at*",
     SQL("SELECT state, mail, lang, consent, created_us, confirmed_us, ended_us FROM interest"
         " WHERE tenant = ?1 AND mail_key = ?3 AND ?2 > 0 ORDER BY id"),
     true},
    {"mails_kept", "id# at* kind subject body",
     SQL("SELECT id, at_us, kind, subject, body FROM mail_kept WHERE tenant = ?1"
         " AND lower(address) = ?3 AND ?2 > 0 ORDER BY id"),
     true},
    {"mails_waiting", "id# state created_at* due_at* payload{}",
     SQL2(MAILS_WAITING "instr(lower(payload), '\"address\":\"' || ?3 || '\"') > 0) ORDER BY id",
          MAILS_WAITING "strpos(lower(payload), '\"address\":\"' || ?3 || '\"') > 0) ORDER BY id"),
     true},
    {"audit", "id# at* verb noun object detail",
     SQL("SELECT id, at_us, verb, noun, object, detail FROM audit WHERE tenant = ?1"
         " AND (person = ?2 OR (noun = 'person' AND object = CAST(?2 AS TEXT))) ORDER BY id"),
     false},
};
const size_t OWN_SECTION_COUNT = COUNT_OF(OWN_SECTIONS);

Err own_data_store_each(Cx *cx, const OwnSection *section, PersonId person, Str mail_key,
                        void (*each)(void *user, const DbRows *rows), void *user)
{
    DbRows rows;
    bool row = false;
    DbValue args[] = {V_I64(cx->actor->tenant.v), V_I64(person.v), V_TEXT(mail_key)};
    TRY(db_start(cx, &section->statement, args, section->by_mail ? 3 : 2, &rows));
    Err err;
    while ((err = db_next(cx, &rows, &row)) == OK && row)
        each(user, &rows);
    db_end(&rows);
    return err;
}
