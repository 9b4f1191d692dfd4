/* The route functions of the pages; app/routes.def names them. */
#ifndef HANSE_WEB_PAGES_H
#define HANSE_WEB_PAGES_H

#include "web/page.h"

struct Events;

/* READ: everything in apply. */
Err page_home(Call *call, Cx *cx, struct Events *events);
Err page_city(Call *call, Cx *cx, struct Events *events);
Err page_indicator(Call *call, Cx *cx, struct Events *events);
Err page_map(Call *call, Cx *cx, struct Events *events);
Err map_layers(Call *call, Cx *cx, struct Events *events);
Err map_features(Call *call, Cx *cx, struct Events *events);
Err page_things(Call *call, Cx *cx, struct Events *events);
Err page_thing(Call *call, Cx *cx, struct Events *events);
Err thing_csv(Call *call, Cx *cx, struct Events *events);
Err page_style(Call *call, Cx *cx, struct Events *events);
Err page_imprint(Call *call, Cx *cx, struct Events *events);
Err page_privacy(Call *call, Cx *cx, struct Events *events);
Err page_accessibility(Call *call, Cx *cx, struct Events *events);
Err page_login(Call *call, Cx *cx, struct Events *events);
Err page_account(Call *call, Cx *cx, struct Events *events);
Err page_identity_link(Call *call, Cx *cx, struct Events *events);
Err oidc_start_decode(Call *call);
Err oidc_start_prepare(Call *call, Cx *cx);
Err oidc_start_encode(Call *call);
Err page_asset(Call *call, Cx *cx, struct Events *events);
Err page_favicon(Call *call, Cx *cx, struct Events *events);
Err page_robots(Call *call, Cx *cx, struct Events *events);
Err page_stream(Call *call, Cx *cx, struct Events *events);

Err page_demo_mails(Call *call, Cx *cx, struct Events *events);
Err page_demo_mail(Call *call, Cx *cx, struct Events *events);
Err demo_mail_ics(Call *call, Cx *cx, struct Events *events);

/* people */
Err page_mine(Call *call, Cx *cx, struct Events *events);
Err page_office(Call *call, Cx *cx, struct Events *events);
Err page_step(Call *call, Cx *cx, struct Events *events);
Err page_ideas(Call *call, Cx *cx, struct Events *events);
Err page_idea(Call *call, Cx *cx, struct Events *events);
Err ideas_template_csv(Call *call, Cx *cx, struct Events *events);
Err partners_template_csv(Call *call, Cx *cx, struct Events *events);
Err page_idea_import(Call *call, Cx *cx, struct Events *events);
Err import_decode(Call *call); /* of a table, for all that is read in */
Err idea_import_apply(Call *call, Cx *cx, struct Events *events);
Err idea_import_encode(Call *call);
Err page_ideas_similar(Call *call, Cx *cx, struct Events *events);
Err page_idea_new(Call *call, Cx *cx, struct Events *events);
Err page_idea_edit(Call *call, Cx *cx, struct Events *events);
Err page_idea_support(Call *call, Cx *cx, struct Events *events);
Err page_answer(Call *call, Cx *cx, struct Events *events);
Err page_answer_preview(Call *call, Cx *cx, struct Events *events);
Err page_idea_assign(Call *call, Cx *cx, struct Events *events);
Err page_idea_project(Call *call, Cx *cx, struct Events *events);
Err ideas_csv(Call *call, Cx *cx, struct Events *events);
Err ideas_geojson(Call *call, Cx *cx, struct Events *events);

/* partners */
Err page_partners(Call *call, Cx *cx, struct Events *events);
Err page_partner(Call *call, Cx *cx, struct Events *events);
Err page_partner_edit(Call *call, Cx *cx, struct Events *events);
Err page_partner_new(Call *call, Cx *cx, struct Events *events);
Err page_application(Call *call, Cx *cx, struct Events *events);
Err page_application_sent(Call *call, Cx *cx, struct Events *events);
Err page_application_confirm(Call *call, Cx *cx, struct Events *events);
Err page_application_received(Call *call, Cx *cx, struct Events *events);
Err page_members(Call *call, Cx *cx, struct Events *events);
Err page_invitations(Call *call, Cx *cx, struct Events *events);
Err page_invitation(Call *call, Cx *cx, struct Events *events);
Err page_contact(Call *call, Cx *cx, struct Events *events);
Err page_barrier(Call *call, Cx *cx, struct Events *events);
Err page_illegal(Call *call, Cx *cx, struct Events *events);
Err page_enquiry_sent(Call *call, Cx *cx, struct Events *events);
Err page_interest(Call *call, Cx *cx, struct Events *events);
Err page_interest_state(Call *call, Cx *cx, struct Events *events);
Err page_interest_confirm(Call *call, Cx *cx, struct Events *events);
Err page_interest_end(Call *call, Cx *cx, struct Events *events);
Err page_inbox(Call *call, Cx *cx, struct Events *events);
Err page_enquiries(Call *call, Cx *cx, struct Events *events);
Err page_enquiry(Call *call, Cx *cx, struct Events *events);
Err page_news(Call *call, Cx *cx, struct Events *events);
Err page_partner_office(Call *call, Cx *cx, struct Events *events);
Err page_partner_import(Call *call, Cx *cx, struct Events *events);
Err page_contribution(Call *call, Cx *cx, struct Events *events);
Err partner_vcf(Call *call, Cx *cx, struct Events *events);
Err partners_csv(Call *call, Cx *cx, struct Events *events);
Err partners_geojson(Call *call, Cx *cx, struct Events *events);
/* accounts */
Err page_terms(Call *call, Cx *cx, struct Events *events);
Err page_sign_up(Call *call, Cx *cx, struct Events *events);
Err page_sign_up_sent(Call *call, Cx *cx, struct Events *events);
Err page_sign_up_confirm(Call *call, Cx *cx, struct Events *events);
Err page_password_ask(Call *call, Cx *cx, struct Events *events);
Err page_password_sent(Call *call, Cx *cx, struct Events *events);
Err page_password_new(Call *call, Cx *cx, struct Events *events);
Err page_profile(Call *call, Cx *cx, struct Events *events);
Err page_own_data(Call *call, Cx *cx, struct Events *events);
Err page_leave(Call *call, Cx *cx, struct Events *events);
Err page_left(Call *call, Cx *cx, struct Events *events);
Err page_person_erase(Call *call, Cx *cx, struct Events *events);
Err page_address(Call *call, Cx *cx, struct Events *events);
Err page_address_sent(Call *call, Cx *cx, struct Events *events);
Err page_address_confirm(Call *call, Cx *cx, struct Events *events);
Err page_address_confirmed(Call *call, Cx *cx, struct Events *events);
Err page_notices(Call *call, Cx *cx, struct Events *events);
Err ideas_atom(Call *call, Cx *cx, struct Events *events);
Err projects_atom(Call *call, Cx *cx, struct Events *events);
Err partners_atom(Call *call, Cx *cx, struct Events *events);
Err minutes_atom(Call *call, Cx *cx, struct Events *events);
Err discussion_atom(Call *call, Cx *cx, struct Events *events);
Err page_sitemap(Call *call, Cx *cx, struct Events *events);
Err page_sitemap_part(Call *call, Cx *cx, struct Events *events);
Err page_follow(Call *call, Cx *cx, struct Events *events);
Err follow_apply(Call *call, Cx *cx, struct Events *events);
Err page_followed(Call *call, Cx *cx, struct Events *events);
Err followed_end_apply(Call *call, Cx *cx, struct Events *events);
Err page_paces(Call *call, Cx *cx, struct Events *events);
Err page_unsubscribe(Call *call, Cx *cx, struct Events *events);
Err notices_read_apply(Call *call, Cx *cx, struct Events *events);
Err paces_decode(Call *call);
Err paces_apply(Call *call, Cx *cx, struct Events *events);
Err unsubscribe_apply(Call *call, Cx *cx, struct Events *events);
Err unsubscribe_encode(Call *call);
Err page_persons(Call *call, Cx *cx, struct Events *events);
Err page_person(Call *call, Cx *cx, struct Events *events);
Err sign_up_decode(Call *call);
Err sign_up_prepare(Call *call, Cx *cx);
Err sign_up_apply(Call *call, Cx *cx, struct Events *events);
Err confirm_decode(Call *call);
Err confirm_prepare(Call *call, Cx *cx);
Err confirm_apply(Call *call, Cx *cx, struct Events *events);
Err confirm_encode(Call *call);
Err password_ask_decode(Call *call);
Err password_ask_apply(Call *call, Cx *cx, struct Events *events);
Err password_new_decode(Call *call);
Err password_new_prepare(Call *call, Cx *cx);
Err password_new_apply(Call *call, Cx *cx, struct Events *events);
Err profile_decode(Call *call);
Err own_data_decode(Call *call);
Err own_data_prepare(Call *call, Cx *cx);
Err own_data_apply(Call *call, Cx *cx, struct Events *events);
Err own_data_encode(Call *call);
Err leave_decode(Call *call);
Err leave_prepare(Call *call, Cx *cx);
Err leave_apply(Call *call, Cx *cx, struct Events *events);
Err person_erase_decode(Call *call);
Err person_erase_apply(Call *call, Cx *cx, struct Events *events);
Err profile_apply(Call *call, Cx *cx, struct Events *events);
Err address_decode(Call *call);
Err address_prepare(Call *call, Cx *cx);
Err address_apply(Call *call, Cx *cx, struct Events *events);
Err address_confirm_decode(Call *call);
Err address_confirm_apply(Call *call, Cx *cx, struct Events *events);
Err sessions_end_apply(Call *call, Cx *cx, struct Events *events);
Err person_state_apply(Call *call, Cx *cx, struct Events *events);
Err person_role_apply(Call *call, Cx *cx, struct Events *events);

/* bodies */
Err page_teams(Call *call, Cx *cx, struct Events *events);
Err page_team(Call *call, Cx *cx, struct Events *events);
Err page_team_new(Call *call, Cx *cx, struct Events *events);
Err page_team_edit(Call *call, Cx *cx, struct Events *events);
Err page_team_members(Call *call, Cx *cx, struct Events *events);
Err page_team_projects(Call *call, Cx *cx, struct Events *events);
Err page_team_join(Call *call, Cx *cx, struct Events *events);
Err page_team_invite(Call *call, Cx *cx, struct Events *events);
Err page_seat(Call *call, Cx *cx, struct Events *events);
/* search */
Err page_search(Call *call, Cx *cx, struct Events *events);

Err page_team_meetings(Call *call, Cx *cx, struct Events *events);
Err page_team_tasks(Call *call, Cx *cx, struct Events *events);
Err page_own_tasks(Call *call, Cx *cx, struct Events *events);
Err page_task(Call *call, Cx *cx, struct Events *events);
Err page_calendar(Call *call, Cx *cx, struct Events *events);
Err team_ics(Call *call, Cx *cx, struct Events *events);
Err page_meeting(Call *call, Cx *cx, struct Events *events);
Err page_meeting_new(Call *call, Cx *cx, struct Events *events);
Err page_meeting_edit(Call *call, Cx *cx, struct Events *events);
Err page_meeting_step(Call *call, Cx *cx, struct Events *events);
Err page_minutes(Call *call, Cx *cx, struct Events *events);
Err page_publish_minutes(Call *call, Cx *cx, struct Events *events);
Err page_attendance(Call *call, Cx *cx, struct Events *events);
Err page_decision(Call *call, Cx *cx, struct Events *events);
Err meeting_ics(Call *call, Cx *cx, struct Events *events);
Err page_strategy_in_force(Call *call, Cx *cx, struct Events *events);
Err page_strategy(Call *call, Cx *cx, struct Events *events);
Err page_strategy_new(Call *call, Cx *cx, struct Events *events);
Err page_strategy_edit(Call *call, Cx *cx, struct Events *events);
Err page_strategy_step(Call *call, Cx *cx, struct Events *events);
Err page_strategy_adopt(Call *call, Cx *cx, struct Events *events);
Err page_goal(Call *call, Cx *cx, struct Events *events);
Err page_goal_new(Call *call, Cx *cx, struct Events *events);
Err page_goal_edit(Call *call, Cx *cx, struct Events *events);
/* attachments */
Err page_attachments(Call *call, Cx *cx, struct Events *events);
Err page_attachment(Call *call, Cx *cx, struct Events *events);
Err file_prepare(Call *call, Cx *cx);
Err file_encode(Call *call);

/* dialogue */
Err page_discussion(Call *call, Cx *cx, struct Events *events);
Err page_discussion_close(Call *call, Cx *cx, struct Events *events);
Err page_post(Call *call, Cx *cx, struct Events *events);
Err page_post_reply(Call *call, Cx *cx, struct Events *events);
Err page_post_edit(Call *call, Cx *cx, struct Events *events);
Err page_post_erase(Call *call, Cx *cx, struct Events *events);
Err page_post_versions(Call *call, Cx *cx, struct Events *events);
Err page_post_flag(Call *call, Cx *cx, struct Events *events);
Err page_idea_flag(Call *call, Cx *cx, struct Events *events);
Err page_flag_thanks(Call *call, Cx *cx, struct Events *events);
Err page_post_moderate(Call *call, Cx *cx, struct Events *events);
Err page_idea_moderate(Call *call, Cx *cx, struct Events *events);
Err page_moderation(Call *call, Cx *cx, struct Events *events);
Err page_moderation_account(Call *call, Cx *cx, struct Events *events);
Err page_moderation_rulings(Call *call, Cx *cx, struct Events *events);

/* projects */
Err page_projects(Call *call, Cx *cx, struct Events *events);
Err projects_csv(Call *call, Cx *cx, struct Events *events);
Err projects_geojson(Call *call, Cx *cx, struct Events *events);
Err page_project(Call *call, Cx *cx, struct Events *events);
Err page_project_new(Call *call, Cx *cx, struct Events *events);
Err page_project_edit(Call *call, Cx *cx, struct Events *events);
Err page_project_milestones(Call *call, Cx *cx, struct Events *events);
Err page_project_money(Call *call, Cx *cx, struct Events *events);
Err page_project_risks(Call *call, Cx *cx, struct Events *events);
Err page_project_partners(Call *call, Cx *cx, struct Events *events);
Err page_project_references(Call *call, Cx *cx, struct Events *events);
Err page_project_result(Call *call, Cx *cx, struct Events *events);
Err page_project_light(Call *call, Cx *cx, struct Events *events);
Err page_project_join(Call *call, Cx *cx, struct Events *events);
Err page_project_people(Call *call, Cx *cx, struct Events *events);
Err page_report(Call *call, Cx *cx, struct Events *events);
Err page_report_link(Call *call, Cx *cx, struct Events *events);
Err page_report_thanks(Call *call, Cx *cx, struct Events *events);
Err page_rounds(Call *call, Cx *cx, struct Events *events);
Err page_round(Call *call, Cx *cx, struct Events *events);
Err page_report_question(Call *call, Cx *cx, struct Events *events);
Err page_report_council(Call *call, Cx *cx, struct Events *events);
Err page_report_giver(Call *call, Cx *cx, struct Events *events);
Err reports_csv(Call *call, Cx *cx, struct Events *events);

/* WRITE. */
Err login_decode(Call *call);
Err login_prepare(Call *call, Cx *cx);
Err login_apply(Call *call, Cx *cx, struct Events *events);
Err login_encode(Call *call);
Err oidc_back_decode(Call *call);
Err oidc_back_prepare(Call *call, Cx *cx);
Err oidc_back_apply(Call *call, Cx *cx, struct Events *events);
Err oidc_back_encode(Call *call);
Err identity_link_apply(Call *call, Cx *cx, struct Events *events);
Err identity_remove_apply(Call *call, Cx *cx, struct Events *events);
Err logout_apply(Call *call, Cx *cx, struct Events *events);
Err logout_encode(Call *call);
Err session_end_decode(Call *call);
Err session_end_apply(Call *call, Cx *cx, struct Events *events);
Err session_end_encode(Call *call);
Err password_decode(Call *call);
Err password_prepare(Call *call, Cx *cx);
Err password_apply(Call *call, Cx *cx, struct Events *events);
Err password_encode(Call *call);

/* people */
Err step_apply(Call *call, Cx *cx, struct Events *events);
Err idea_decode(Call *call);
Err idea_new_apply(Call *call, Cx *cx, struct Events *events);
Err idea_edit_apply(Call *call, Cx *cx, struct Events *events);
Err idea_support_apply(Call *call, Cx *cx, struct Events *events);
Err answer_apply(Call *call, Cx *cx, struct Events *events);
Err answer_publish_apply(Call *call, Cx *cx, struct Events *events);
Err idea_assign_apply(Call *call, Cx *cx, struct Events *events);
Err idea_project_apply(Call *call, Cx *cx, struct Events *events);

/* partners */
Err partner_form_decode(Call *call);
Err partner_edit_apply(Call *call, Cx *cx, struct Events *events);
Err partner_new_apply(Call *call, Cx *cx, struct Events *events);
Err application_decode(Call *call);
Err application_apply(Call *call, Cx *cx, struct Events *events);
Err application_confirm_apply(Call *call, Cx *cx, struct Events *events);
Err member_decode(Call *call);
Err member_apply(Call *call, Cx *cx, struct Events *events);
Err invitations_apply(Call *call, Cx *cx, struct Events *events);
Err invitation_decode(Call *call);
Err invitation_prepare(Call *call, Cx *cx);
Err invitation_apply(Call *call, Cx *cx, struct Events *events);
Err enquiry_decode(Call *call);
Err interest_decode(Call *call);
Err news_decode(Call *call);
Err news_encode(Call *call);
Err enquiry_apply(Call *call, Cx *cx, struct Events *events);
Err interest_apply(Call *call, Cx *cx, struct Events *events);
Err interest_confirm_apply(Call *call, Cx *cx, struct Events *events);
Err interest_end_apply(Call *call, Cx *cx, struct Events *events);
Err inbox_apply(Call *call, Cx *cx, struct Events *events);
Err enquiry_work_apply(Call *call, Cx *cx, struct Events *events);
Err news_apply(Call *call, Cx *cx, struct Events *events);
Err partner_import_apply(Call *call, Cx *cx, struct Events *events);
Err partner_import_encode(Call *call);
Err contribution_decode(Call *call);
Err contribution_apply(Call *call, Cx *cx, struct Events *events);
/* bodies */
Err team_decode(Call *call);
Err team_new_apply(Call *call, Cx *cx, struct Events *events);
Err team_edit_apply(Call *call, Cx *cx, struct Events *events);
Err seat_decode(Call *call);
Err seat_join_apply(Call *call, Cx *cx, struct Events *events);
Err seat_invite_apply(Call *call, Cx *cx, struct Events *events);
Err seat_apply(Call *call, Cx *cx, struct Events *events);
Err meeting_decode(Call *call);
Err meeting_new_apply(Call *call, Cx *cx, struct Events *events);
Err meeting_edit_apply(Call *call, Cx *cx, struct Events *events);
Err meeting_reply_apply(Call *call, Cx *cx, struct Events *events);
Err minutes_apply(Call *call, Cx *cx, struct Events *events);
Err publish_minutes_apply(Call *call, Cx *cx, struct Events *events);
Err attendance_apply(Call *call, Cx *cx, struct Events *events);
Err decision_decode(Call *call);
Err decision_apply(Call *call, Cx *cx, struct Events *events);
Err task_decode(Call *call);
Err task_apply(Call *call, Cx *cx, struct Events *events);
Err task_state_apply(Call *call, Cx *cx, struct Events *events);
Err calendar_decode(Call *call);
Err calendar_apply(Call *call, Cx *cx, struct Events *events);
Err calendar_encode(Call *call);
Err strategy_decode(Call *call);
Err strategy_new_apply(Call *call, Cx *cx, struct Events *events);
Err strategy_edit_apply(Call *call, Cx *cx, struct Events *events);
Err strategy_adopt_apply(Call *call, Cx *cx, struct Events *events);
Err goal_decode(Call *call);
Err goal_new_apply(Call *call, Cx *cx, struct Events *events);
Err goal_edit_apply(Call *call, Cx *cx, struct Events *events);
Err goal_step_apply(Call *call, Cx *cx, struct Events *events);
/* attachments */
Err attachment_decode(Call *call);
Err attachment_prepare(Call *call, Cx *cx);
Err attachment_new_apply(Call *call, Cx *cx, struct Events *events);
Err attachment_edit_apply(Call *call, Cx *cx, struct Events *events);

/* dialogue */
Err post_new_apply(Call *call, Cx *cx, struct Events *events);
Err post_reply_apply(Call *call, Cx *cx, struct Events *events);
Err post_edit_apply(Call *call, Cx *cx, struct Events *events);
Err post_erase_apply(Call *call, Cx *cx, struct Events *events);
Err discussion_close_apply(Call *call, Cx *cx, struct Events *events);
Err post_flag_apply(Call *call, Cx *cx, struct Events *events);
Err idea_flag_apply(Call *call, Cx *cx, struct Events *events);
Err ruling_decode(Call *call);
Err post_moderate_apply(Call *call, Cx *cx, struct Events *events);
Err idea_moderate_apply(Call *call, Cx *cx, struct Events *events);
Err moderation_bulk_decode(Call *call);
Err moderation_bulk_apply(Call *call, Cx *cx, struct Events *events);
Err moderation_account_apply(Call *call, Cx *cx, struct Events *events);

/* projects */
Err project_decode(Call *call);
Err project_new_apply(Call *call, Cx *cx, struct Events *events);
Err project_edit_apply(Call *call, Cx *cx, struct Events *events);
Err milestones_decode(Call *call);
Err milestones_apply(Call *call, Cx *cx, struct Events *events);
Err project_money_decode(Call *call);
Err project_money_apply(Call *call, Cx *cx, struct Events *events);
Err risks_decode(Call *call);
Err risks_apply(Call *call, Cx *cx, struct Events *events);
Err project_partners_decode(Call *call);
Err project_partners_apply(Call *call, Cx *cx, struct Events *events);
Err project_references_decode(Call *call);
Err project_references_apply(Call *call, Cx *cx, struct Events *events);
Err project_result_apply(Call *call, Cx *cx, struct Events *events);
Err project_light_apply(Call *call, Cx *cx, struct Events *events);
Err project_join_apply(Call *call, Cx *cx, struct Events *events);
Err project_people_decode(Call *call);
Err project_people_apply(Call *call, Cx *cx, struct Events *events);
Err report_decode(Call *call);
Err report_apply(Call *call, Cx *cx, struct Events *events);
Err report_link_apply(Call *call, Cx *cx, struct Events *events);
Err round_open_apply(Call *call, Cx *cx, struct Events *events);
Err round_apply(Call *call, Cx *cx, struct Events *events);
Err report_question_apply(Call *call, Cx *cx, struct Events *events);

#endif
