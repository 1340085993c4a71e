# The words of the pages, ordered by capability. The same keys and arguments as ja.ftl (a test checks).

product = Hakutaku

## Frame
shell-skip = Skip to content
shell-navigation = Capabilities
shell-crumbs = The way here
shell-choose-facility = Choose a facility
shell-all-facilities = All facilities
shell-display = Display
shell-colours = Colours
shell-colours-auto = As the device
shell-colours-light = Light
shell-colours-dark = Dark
shell-account = My settings
shell-sign-out = Sign out
shell-demo = This is a demonstration. Hospital, people and answers are made up. Do not enter real data.
shell-footer = Hakutaku is free software that helps medical institutions keep their systems safe.
nav-home = Home
nav-facilities = Facilities
nav-overview = Overview
nav-assessments = Answer questions
nav-results = Results
nav-people = People and roles
nav-log = Log
nav-facility-settings = Facility settings

## Fields
form-look-again = Please look at these fields again
form-empty = Please fill this in.
form-too-long = This is too long. Please shorten it.
form-control-characters = This contains characters that cannot be used. Please type it again.
form-number = Please enter a number.
form-choose = Please choose one.
form-please-choose = Please choose

## When something goes wrong
problem-home = To the home page
problem-401-title = Please sign in
problem-401 = You need to sign in to see this page.
problem-403-title = You cannot do this
problem-403 = Your role does not allow this. If you need it, ask the facility's safety manager or an administrator.
problem-404-title = Page not found
problem-404 = There is no such page, or it is not yours to see. The link may be out of date.
problem-405-title = It cannot be opened that way
problem-405 = This address does not work in that way. Please start again from the home page.
problem-409-title = Somebody was faster
problem-409 = Somebody else changed this while you had it open. Please open the page again and retry.
problem-413-title = Too large
problem-413 = What was sent is too large to be taken. Please split the file or make it smaller.
problem-422-title = This could not be taken
problem-422 = What was sent could not be read. Please go back, check it and send it again.
problem-429-title = Please wait a little
problem-429 = Too many attempts in a short time. Please wait a few minutes and try again.
problem-500-title = This is our fault
problem-500 = Something failed on our side. What you entered is kept up to the point where the page said it was saved. If it happens again, please tell your administrator.
problem-stale-form = This page was too old, or the request came from elsewhere. Please open the page before again and send it once more.
problem-wrong-host = This server does not answer under this address. Please use the address your administrator set (it is shown when the server starts).
problem-slow = This took too long and was stopped. Please wait a little and try again.
problem-exists = There is one like this already.
problem-in-use = This file is still proof for something else. Take it out there first.

## Parts by others
licences-title = Licences
licences-own = Hakutaku { $version } is distributed under the Apache License 2.0.
licences-parts = Parts made by others
licences-how = The main parts and their licences. The name and version of every part is in the file Cargo.lock of the distribution.
licences-part = Part
licences-licence = Licence
licences-where = Published at
licences-fonts = Licences of the typefaces (full text)

## Signing in
sign-in-title = Sign in
sign-in-username = User name
sign-in-password = Password
sign-in-button = Sign in
sign-in-or = or
sign-in-passkey = Sign in with a passkey
sign-in-help = If you forgot your password, or are here for the first time, ask an administrator for a one-time link.
sign-in-wrong = The user name or the password is wrong.
sign-in-wait = After several wrong attempts you have to wait about { $minutes } more min. If it is urgent, ask an administrator.
sign-in-not-set-up = This server is not set up yet. Please open the set-up link shown where the server was started.
second-factor-title = Is it you?
second-factor-totp = Please enter the six digits your authenticator app shows.
second-factor-button = Confirm
second-factor-passkey = Confirm with a passkey
second-factor-help = If you lost your phone or key, ask an administrator for a new link.
second-factor-back = Sign in as somebody else
second-factor-wrong = These digits are wrong or were used already. Please wait for the next ones.
second-factor-wait = After several wrong attempts you have to wait a few minutes.
welcome-title = Welcome, { $name }
welcome-lead = Please choose the password you will use from now on. This link works once.
welcome-button = Use this password
welcome-gone = This link no longer works. It was used already, or its time (7 days) is over. Please ask an administrator for a new one.

## Passwords
password-rules = At least 12 characters. Something long and easy to remember, like a short sentence, is best. Do not use one you use elsewhere.
password-new = New password
password-repeat = The same password again
password-current = Current password
password-current-wrong = The current password is wrong.
password-repeat-differs = The two entries are not the same.
password-too-short = Please use at least 12 characters.
password-too-long = Please use at most 256 characters.
password-common = These are common words or a common sequence, guessed at once. Please choose something else.

## Authenticator app
totp-title = Authenticator app
totp-explained = An authenticator app on your phone shows six digits that are asked for besides the password. A stolen password alone then opens nothing.
totp-is-on = Six digits are asked for at every sign-in.
totp-set-up = Set up an authenticator app
totp-replace = Move to a new phone
totp-replaces = Setting it up again makes the digits of the current app useless.
totp-step-app = Install an authenticator app on your phone (Google Authenticator, Microsoft Authenticator or any other).
totp-step-scan = Scan this picture with the app.
totp-step-type = If it cannot be scanned, type these characters:
totp-step-code = Enter the six digits the app shows below.
totp-code = Six digits
totp-code-wrong = These digits are wrong. Please check that the clock of the phone is right and enter the next ones.
totp-button = Set up
totp-remove = Stop using the app
totp-remove-hint = To stop, enter your current password.

## Passkeys
passkey-explained = A passkey opens with your fingerprint, face or the PIN of your device. There is nothing to remember, and it does not work on a fake site.
passkey-name = Name of the passkey (for example: front desk PC)
passkey-unnamed = Unnamed passkey
passkey-add = Add a passkey
passkey-added = Added { $at }.
passkey-used = Last used { $at }.
passkey-remove-which = Remove passkey “{ $name }”
passkey-needs-script = To use passkeys, please switch JavaScript on in your browser.
passkey-unavailable = Passkeys do not work under this address. They do once the administrator sets an address with a name (for example http://localhost:8787).
passkey-cancelled = The passkey could not be used. Press again, or use another way.
passkey-failed = The passkey could not be verified. Please try again.
passkey-too-late = Time is up. Please press again.
passkey-unknown = This passkey is not registered.
passkey-exists = This passkey is registered already.
passkey-elsewhere = Passkeys work at { $url } only. Press here to open that address.

## Set-up in five steps
setup-steps = Steps of the set-up
setup-step-language = Language
setup-step-administrator = Administrator
setup-step-facility = Facility
setup-step-questionnaires = Questionnaires
setup-step-done = Done
setup-step-is-done = done
setup-next = Next
setup-back = Back
setup-finish = Finish
setup-gone = This set-up link does not work. If the server is set up, please sign in. If not, start the server again and open the new link it shows.
setup-language-title = Welcome
setup-language-lead = Five steps, about ten minutes. You can stop at any time and go on with the same link.
setup-language-legend = The language you use
setup-administrator-title = The administrator
setup-administrator-lead = An administrator invites people, adds facilities and reads the log. Please register yourself first.
setup-administrator-exists = The user name is set. Name and password can be changed here.
setup-second-factor-title = A second key
setup-second-factor-lead = Whoever steals an administrator's password would see everything. So a second key is always used. One of the two is enough.
setup-second-factor-has-one = A second key is set.
setup-second-factor-app = Authenticator app
setup-second-factor-passkey = Passkey
setup-facility-title = The facility
setup-facility-lead = You can change this later, and add as many facilities as you like.
setup-questionnaires-title = Which questionnaires apply?
setup-questionnaires-lead = Those that fit your kind of facility are ticked. You can change this later.
setup-done-title = All set
setup-done-lead = Thank you. The set-up link no longer works.
setup-done-next = What to do next
setup-done-answer = Answer questions, starting with what you know. Every answer is saved at once.
setup-done-people = Invite those who answer with you, and those who read the result.
setup-done-backup = Make a backup at least once a month: run hakutaku backup create on the server.
setup-done-button = Answer questions
setup-done-people-button = Invite people

## My settings
account-title = My settings
account-name = Name
account-username = User name: { $username }
account-display-name = Name (as others see it)
account-display-name-hint = For example: Hanako Yamada
account-save = Save
account-password-change = Change password
account-on = In use
account-passkeys = Passkeys
account-remove = Remove
account-tokens = Tokens for programs
account-sessions = Other devices
account-sessions-explained = For when you may still be signed in on a lost or shared device.
account-sign-out-elsewhere = Sign out everywhere else
token-explained = With a token, another program can read and write answers and results. It can do only what your roles allow.
token-name = Name of the token
token-name-hint = For example: monthly figures
token-rights = What it may do
token-reads = Read only
token-writes = Read and write
token-days = Valid for
token-days-option = { $days } days
token-until = Until { $at }.
token-used = Last used { $at }.
token-never-used = Never used.
token-add = Make a token
token-made = Your token
token-once = It is shown only now. Copy it and keep it in a safe place.
token-withdraw = Withdraw
token-withdraw-which = Withdraw token “{ $name }”

## Facilities
facilities-title = Facilities
facilities-empty = You have no role at any facility yet. Please ask its safety manager or an administrator.
facilities-empty-administrator = There is no facility yet. Please add the first one.
facility-new-title = Add a facility
facility-create = Add
facility-edit-title = Facility settings
facility-name = Name of the facility
facility-name-hint = As on the sign, for example: Hakutaku Hospital
facility-kind = Kind
facility-prefecture = Prefecture
facility-beds = Beds
facility-beds-hint = Licensed beds; 0 if there are none.
facility-beds-unit = beds
facility-beds-count = { $beds } beds
facility-hospital-beds = A hospital has 20 beds or more. With 19 or fewer, please choose “Clinic” as its kind.
facility-it-staff = People whose main work is IT
facility-it-staff-hint = Count part of a post as a part: 0.5 for half. 0 if there is nobody.
facility-it-staff-unit = people
facility-it-staff-number = Please enter a number such as 0, 0.5 or 2.
facility-questionnaires = Questionnaires to answer
facility-questionnaires-title = Questionnaires
facility-no-questionnaire = Please choose at least one.
facility-changed-meanwhile = Somebody else changed this while you had it open. Please check and save again.
questionnaire-size = { $questions } questions, about { $minutes } min

## How far
standing-next = What to do next
standing-next-start = Start with “{ $title }”. It takes about { $minutes } min; you can stop at any time.
standing-next-go-on = “{ $title }”: { $open } to go.
standing-next-result = Everything is answered. Look at the result and decide what to improve.
standing-no-questionnaires = No questionnaire is chosen. Please choose in the facility settings.
standing-start = Start
standing-go-on = Go on
standing-not-started = Not started
standing-under-way = { $open } to go
standing-complete = Answered
standing-progress = Progress of “{ $title }”
standing-score = Mean { $score }
standing-weak = weak fields: { $fields }

## Home
home-title = Home
home-second-factor = A password alone opens your account.
home-second-factor-link = Add a second key
home-waiting = Questions waiting for you
home-waiting-from = From { $name }.
home-more = { $count } more facilities

## People
accounts-title = People
accounts-lead = Everybody who uses this server. Roles at a facility are given under “People and roles” of that facility.
accounts-role-everywhere = { $role } (all facilities)
accounts-role-at = { $role } ({ $facility })
accounts-no-role = No role
accounts-barred = Barred
accounts-waiting = No password yet
accounts-password-only = Password only
accounts-second-factor = Two keys
accounts-link = New link
accounts-link-which = Make a new link for { $name }
accounts-bar = Bar
accounts-bar-which = Bar { $name }
accounts-let-in = Let in again
accounts-let-in-which = Let { $name } in again
accounts-not-oneself = You cannot bar yourself.
accounts-add = Add somebody
accounts-add-button = Add
accounts-add-hint = You will get a link with which the person chooses a password. Please hand it over.
accounts-administrator = Administrator of all facilities
username-hint = The name used to sign in: 2 to 40 letters, digits and . - _ @
username-characters = Please use only 2 to 40 letters, digits and . - _ @
username-taken = This user name is taken.
welcome-link-made = A link for { $name }
welcome-link-once = It is shown only now. Please hand it over. It works once, within 7 days.
members-title = People and roles
members-lead = Who has to do with this facility, and as what. One person may have several roles. Administrators of all facilities can do everything here without being listed.
members-empty = Nobody has a role at this facility yet. Please add somebody below.
members-take = Take “{ $role }” from { $name }
members-give = Give this role
members-give-which = Role to give to { $name }
members-add = Add somebody
members-username-hint = Whoever has an account is added by user name alone. For somebody new, choose 2 to 40 letters, digits and . - _ @
members-display-name-hint = Only for somebody new, for example: Hanako Yamada
members-role = Role
role-administrator = May do everything: adds people and facilities, reads the log.
role-safety-manager = Answers for the facility's safety: answers, people, settings, log.
role-it-operator = Does the daily work: answers, hands questions over, sees results.
role-executive = Reads the one-page report, decides, answers the executives' questions.
role-respondent = Answers only the questions handed over.
role-auditor = Sees everything, changes nothing.
role-regional-supporter = Sees results only, neither comments nor files.

## Log
log-title = Log
log-lead = Who did what, and when. Any later change to it would be noticed.
log-empty = Nothing is recorded yet.
log-number = No.
log-when = When
log-who = Who
log-what = What
log-object = On what
log-newest = Newest
log-older = Older entries
log-by-system = Hakutaku
log-by-invitation = Somebody invited
log-by-token = A program
log-room-add-late = Added to the closed record of a drill or incident
log-room-create = Made the room of a drill or incident
log-room-close = Closed the room of a drill or incident
log-room-merge = Took in a journal written elsewhere
log-door-open = Opened a way in for participants
log-door-close = Closed a way in for participants
log-sensor-invite = Made an enrolment code for a sensor
log-sensor-enrol = Let a sensor in
log-sensor-settle = Looked into a broken chain of records
log-sensor-retire = Took a sensor out of use
log-seat-take = Came in as a participant
log-by-seat = Participant
log-kind-corrective-action = corrective actions
log-answer-save = Answered
log-answer-clear = Took an answer away
log-answer-import = Read answers from a file
log-assessment-create = Opened a year's assessment
log-assessment-close = Closed a year's assessment
log-assessment-reopen = Opened a closed assessment again
log-assessment-carry-over = Brought last year's answers over
log-comment-add = Commented
log-document-add = Added a file
log-document-read = Opened a file
log-document-remove = Removed a file
log-facility-create = Added a facility
log-facility-change = Changed a facility's settings
log-handover-create = Handed a question over
log-handover-change = Moved a handed-over question on
log-invitation-create = Invited
log-invitation-open = Opened an invitation
log-invitation-revoke = Withdrew an invitation
log-passkey-add = Added a passkey
log-passkey-remove = Removed a passkey
log-passkey-use = Used a passkey
log-person-create = Added a person
log-person-disable = Barred a person
log-person-enable = Let a person in again
log-person-language = Changed the language
log-person-name = Changed the name
log-person-password = Changed the password
log-person-totp = Changed the authenticator app
log-role-grant = Gave a role
log-role-revoke = Took a role
log-session-start = Signed in
log-session-renew = Confirmed with the second key
log-session-end = Signed out
log-session-end-all = Signed out everywhere
log-session-refuse = Sign-in refused
log-setting-change = Changed a setting of the server
log-setting-remove = Removed a setting of the server
log-training-export = Exported a paper of a course
log-token-create = Made a token for a program
log-token-revoke = Withdrew a token

## Notices
notice-saved = Saved.
notice-password-changed = The password is changed. Other devices are signed out.
notice-password-set = The password is set. Please sign in.
notice-passkey-removed = The passkey is removed.
notice-passkey-added = The passkey is added.
notice-totp-on = The authenticator app is set up.
notice-totp-off = The authenticator app is no longer used.
notice-token-withdrawn = The token is withdrawn.
notice-facility-created = The facility is added. The questionnaires that fit its kind are ticked: please check and save.
notice-role-given = The role is given.
notice-role-taken = The role is taken.
notice-person-barred = Barred, and signed out everywhere.
notice-person-let-in = Let in again.
notice-signed-out = You are signed out.
notice-signed-out-elsewhere = Other devices are signed out.

## The result
result-title = { $form }: result
result-as-of = as of { $date }
result-beds = { $beds } beds
result-respondent = answered by { $name }
result-closed = This year's assessment is closed
result-overall = Overall score
result-score = Score
result-weak = weak
result-weak-rule = Scores run from 0 to 3. Fields at 1.50 or below are marked “▼ weak” (judged before rounding). The line inside each bar is 1.5.
result-weak-fields = Weak fields
result-to-plan = See the plan for weak fields
result-since-last-year = Since last year
result-last-year-was = (last year { $score })
result-no-last-year = There is no result for last year
result-went-up = up
result-went-down = down
result-stayed = unchanged
result-why = Why?
result-why-overall = The overall score is the mean of the fields that have a score. Every field weighs the same.
result-why-rounding = Everything is computed in exact fractions and rounded half up to two decimals only to be shown.
result-why-field = The score of this field is the mean of its answers that count.
result-why-none = No answer counts yet, so there is no score.
result-why-weak = Why { $score }? (the answers it stands on)
result-measures =
    { $count ->
        [one] 1 measure ({ $free } free)
       *[other] { $count } measures ({ $free } free)
    }
result-answered = Answers
result-count-open =
    { $count ->
        [one] One question is open
       *[other] { $count } questions are open
    }
result-count-unconfirmed = { $count } of them are last year's answers, waiting to be confirmed
result-count-not-applicable = { $count } not applicable
result-count-not-asked = { $count } not asked because of an earlier answer
result-state-not-applicable = not applicable
result-state-unconfirmed = to confirm
result-state-unanswered = open
result-state-not-asked = not asked
result-level = level
result-get-pdf = Save as PDF
result-other-files = Other files
result-first = Begin with these three
result-first-note = The first step in each of the weakest fields. Hours and cost are estimates.
result-fields = Score by field
result-fields-caption = Score by field, change since last year, and the reason for each
result-field = Field
result-last-year = Last year
result-last-year-short = last year { $score }
result-change = Change
result-reason = Reason
result-open-short = { $count } open
result-no-score = no score
result-no-figure = none
result-plan = Plan for the weak fields
result-plan-intro = Weakest first. Within a field: what must come first, then what costs no money, then what takes less work.
result-plan-empty = No field is weak. Next, raise the lowest fields one level at a time.
result-estimate = estimate
result-estimate-note = Hours and cost are estimates for a hospital of some 200 beds, not quotations.
result-no-measures = The catalogue has no measure for the answers in this field.
result-who = Who leads
result-hours = Time
result-cost = Cost
result-yearly = { $cost } a year
result-reaches = Level
result-from-to = from level { $from } to { $to }
result-steps = How to do it
result-raises = Raises:
result-source = Source: { $source }
result-national = Beside hospitals nationwide
result-national-intro = Only published figures of national surveys that ask the same thing as a question here. “National” is the figure for hospitals of all sizes; a figure for your size stands beside it where one could be verified.
result-national-metric = What was counted
result-national-here = Here
result-national-figure = Published
result-national-only = National
result-national-source = Survey and date
result-denominator = Out of: { $of }
result-met = in place
result-unmet = not yet
result-met-open = open or not applicable
result-executives = How executives and IT see it
result-executives-intro = Executives and IT were asked the same things. The wider the gap, the more a talk is worth.
result-executives-question = Asked
result-executives-theirs = Executives
result-executives-it = IT
result-executives-difference = Difference
result-people =
    { $count ->
        [one] (1 person)
       *[other] ({ $count } people)
    }
result-executives-higher = Executives see it better ({ $by })
result-executives-lower = IT sees it better ({ $by })
result-executives-same = Both see it alike
result-network = Network level
result-network-more = See the network result
result-empty-title = No result yet
result-empty = Answer one of the { $count } questions and scores and measures appear here. You can look at any time.
result-empty-unconfirmed = { $count } of last year's answers are here. They count once confirmed.
result-empty-start = Begin to answer

## The executives' page
briefing-title = One page for executives
briefing-for = For the director and the chief of administration
briefing-score = Overall score (0 to 3, higher is better prepared)
briefing-open =
    { $count ->
        [one] (one question is still open)
       *[other] ({ $count } questions are still open)
    }
briefing-intro =
    { $count ->
        [one] One weak point, and the decision it needs.
       *[other] { $count } weak points, and the one decision each of them needs.
    }
briefing-gap = What can happen
briefing-decide = What to decide
briefing-ask = What to ask this week
briefing-cost = What it takes
briefing-hours = Work { $hours }
briefing-money = Cost { $cost }
briefing-free = { $free } of { $all } measures cost no money
briefing-all-free = None of the { $all } measures costs money
briefing-to-plan = See the measures
briefing-no-gaps = Nothing needs a decision now: every field answered is at the highest level.
briefing-note = Work and cost are the sum of all measures of the field, estimated for a hospital of some 200 beds.
briefing-sign = Decided on                               Signature
briefing-get-pdf = Save as a one-page PDF
briefing-to-result = See the full result
briefing-empty = Once there are answers, the weak points and the decisions they need appear here.

## The network level
typology-level = Level { $level }
typology-your-level = Level now
typology-open = Not settled yet
typology-open-about = The remaining questions could still change the level, so none is given yet.
typology-recommended = goal
typology-recommended-is = The goal is level { $level }.
typology-recommended-reached = The goal, level { $level }, is reached
typology-recommended-not-reached = The goal, level { $level }, is not reached yet
typology-here = you are here
typology-ladder = The four levels
typology-controls = The three controls
typology-controls-about = The level follows from the marks (×, △, ○) of these three controls.
typology-control-open = not settled, some questions are open
typology-reason = The reason (the weakest answers)
typology-why = The mark follows the lowest level among the control's questions: 0 is ×, 1 is △, 2 and 3 are ○.
typology-next = What is missing for level { $level }
typology-next-about = Raise each of these questions to the state described and the next level is reached.
typology-needed = Raise it to:
typology-top = This is the highest level. Check once a year that it still holds.
typology-flow = How the level is found
typology-flow-1 = Is one of external connections and removable media at × ?
typology-flow-1-then = Yes → level 0
typology-flow-2 = Is one of external connections and removable media still at △ ?
typology-flow-2-then = Yes → level 1
typology-flow-3 = Is the traffic between departments inside still at × or △ ?
typology-flow-3-then = Yes → level 2
typology-flow-4 = All at ○ → level 3
typology-source = The table of levels is that of the proposal HAIP 23AC1001, section ①-2. The descriptions are ours.
typology-plan = Measures that raise the marks
typology-empty = Answer the { $count } questions and the level of the in-house network (0 to 3) appears, with what is missing for the next one.

## Results by year
years-title = Results
years-short = FY{ $year }
years-year = Year
years-counts = { $answered } of { $all } answered
years-weak =
    { $count ->
        [one] 1 weak field
       *[other] { $count } weak fields
    }
years-open = See the result
years-trend = Over the years
years-trend-caption = Scores from 0 to 3. The dotted line is 1.5, below which a result is weak.
years-trend-empty = Once there are two years, they are compared here.
years-empty-title = No result yet
years-empty = Once an assessment is begun, its scores and their course appear here.
years-empty-start = Begin an assessment

## Files
files-title = Save as a file
files-result-pdf = Full result (PDF)
files-result-pdf-about = a report to print and hand out, with reasons, measures and all answers
files-briefing-pdf = One page for executives (PDF)
files-briefing-pdf-about = one sheet of A4
files-result-xlsx = Result as tables (Excel)
files-result-xlsx-about = scores, measures and comparisons for a spreadsheet
files-result-csv = Result as a table (CSV)
files-result-csv-about = plain text
files-result-json = Result (JSON)
files-result-json-about = for programs
files-blank-pdf = Blank questionnaire (PDF)
files-blank-pdf-about = to print and fill in by hand
files-blank-xlsx = Blank form (Excel)
files-blank-xlsx-about = fill it in, read it in later
files-answers-xlsx = Form with the answers so far (Excel)
files-answers-xlsx-about = change it and read it in again
files-answers-json = Answers (JSON)
files-answers-json-about = score them elsewhere or on the command line
files-import = Read answers from a file
files-import-about = a filled Excel form or an answers file
file-result = result
file-briefing = executives
file-blank = form
file-answers = answers

## Reading answers from a file
import-title = Read answers from a file
import-about = Takes answers to “{ $form }” from a filled Excel form or an answers file. Before anything is saved you see what becomes of each row.
import-choose = Choose a file
import-choose-other = Choose another file
import-step-get = Get the form:
import-step-fill = Fill it in with Excel or LibreOffice and keep the format (.xlsx). Rows left empty change nothing.
import-step-look = Choose it below and see what would change. Nothing is saved yet.
import-file = The filled file
import-file-hint = Excel workbook (.xlsx, up to 10 MB) or answers file (.json, up to 4 MB)
import-look = Look inside (nothing is saved yet)
import-no-file = No file was chosen, or it is empty. Please choose one.
import-unreadable = The file did not arrive. Please choose it again.
import-closed = This year's assessment is closed and takes no answers.
import-file-refused = “{ $file }” cannot be read
import-nothing-saved = Nothing was saved. Mend the following and choose the file again.
import-more-problems = There are { $count } more.
import-dry-run = What reading “{ $file }” would change
import-not-yet = Nothing is saved yet.
import-verdict = Verdict
import-verdict-new = new answer
import-verdict-changed = changed
import-verdict-reaffirmed = last year's confirmed
import-verdict-same = same
import-verdict-empty = empty
import-verdict-refused = unreadable
import-has-refused =
    { $count ->
        [one] One row cannot be read. A file is never saved in part: mend it and choose it again.
       *[other] { $count } rows cannot be read. A file is never saved in part: mend them and choose it again.
    }
import-nothing-new = It says the same as the answers that stand; there is nothing to save.
import-confirm =
    { $count ->
        [one] Save this answer
       *[other] Save these { $count } answers
    }
import-discard = Stop without saving
import-will-save = To be saved ({ $count })
import-would-save = Changes in the rows that could be read ({ $count }, not to be saved yet)
import-untouched = Questions that stay as they are ({ $count })
import-question = Question
import-cell = Cell
import-change = What changes
import-stands = Answer now
import-from = before:
import-to = after:
import-note = Note: { $note }
import-no-answer = open
import-ignored = An earlier answer rules this question out, so it does not count.
import-gone = It has been too long, or another file was chosen since. Nothing was saved; please choose the file again.
import-moved = Somebody answered one of these questions meanwhile. Nothing was saved; please choose the file again and look at the differences.
import-refused = Some rows cannot be read, so nothing was saved.

pdf-notice-title = Before you take the PDF
pdf-notice-about = The rest reads as it should. To mend it, change the characters in the name or reason and make the PDF again.
pdf-notice-anyway = Take the PDF as it is

log-result-export = Saved a result or answers as a file

## Assessments
assessments-title = Assessments
assessments-start-title = Start { $year }
assessments-size = { $fields } fields, { $questions } questions, about { $minutes } minutes
assessments-start = Start
assessments-carry-over = Bring over the answers of { $year }
assessments-carry-over-hint = They come in as "unconfirmed" and count only once somebody says that they still hold this year.
assessments-executive-name = Name of the executive
assessments-executive-hint = Chair, director, chief of administration: each has a sheet of their own.
assessments-invite = Open a sheet and make a link
assessments-open-without-link = Open a sheet only
assessments-new-link = Make an invitation link
assessments-exists = There is a sheet of this name for this year already.
assessments-none = There are no assessments yet.
assessments-no-questionnaires = No questionnaire is chosen for this facility.
assessments-choose = Choose questionnaires
assessments-closed = Closed
assessments-closed-at = Closed { $time }
assessments-opened-at = Opened { $time }
assessments-begin = Begin
assessments-continue = Continue
assessments-review = Look over
assessments-look = Look
assessments-more = More
assessments-close = Close
assessments-reopen = Open again

## The answering page
answering-progress = Progress
answering-fields = Fields
answering-field-done = Done
answering-neighbours = Previous and next field
answering-previous-field = Previous field
answering-next-field = Next field:
answering-to-result = See the result
answering-result = Result
answering-all = All on one page
answering-by-field = Field by field
answering-read-only = You can look at this page. Your role does not change answers.
answering-closed = This assessment is closed and takes no answers. To go on, have it opened again.
answering-closed-since = Closed { $time }. Answers can no longer be changed.
answering-na = Not applicable
answering-reason = Why it does not apply (required)
answering-reason-missing = "Not applicable" needs a reason. Please say why it does not apply.
answering-reason-too-long = The reason is too long: 2,000 characters at most.
answering-note = Note
answering-note-too-long = The note is too long: 4,000 characters at most.
answering-choose = Choose 0 to 3, or "not applicable".
answering-save = Save this answer
answering-clear = Take the answer away
answering-open = Not answered yet
answering-unconfirmed = Last year's answer, unconfirmed
answering-last-year = This is last year's answer. Does it still hold? If not, choose again.
answering-affirm = Still true
answering-condition-see = See question { $number }
answering-condition-undecided = Whether it is asked depends on that answer.
answering-condition-excluded = Because of that answer, this question is not asked.
answering-evidence-hint = What would show it
answering-measures = Measures
answering-measure-facts = { $who }, { $hours }, { $cost }
answering-measure-yearly = { $cost } a year
answering-measure-reaches = reaches level { $level }
answering-references = What it stands for
answering-references-hint = Summaries in our words of guideline clauses and checklist items. See the originals for the exact text.
answering-inferred = inferred: check the original
answering-level-words = { $level }: { $text }
answering-na-words = Not applicable: { $reason }
answering-conflict-theirs = The answer that stands
answering-conflict-mine = Your answer
answering-conflict-take-theirs = Keep the answer that stands
answering-conflict-take-mine = Use mine
answering-conflict-how = Below is your answer. Saving it now replaces the one that stands.
answering-conflict-cleared = The answer was taken away
answering-js-conflict = Somebody else answered first
answering-js-saving = Saving…
answering-js-saved = Saved { $time }
answering-js-saved-by = { $name }, { $time }
answering-js-cleared-by = Taken away { $time }
answering-js-kept = Not saved yet. Kept on this device.
answering-js-not-saved = Could not be saved
answering-js-choose-first = The note is kept on this device. Choose a level to save both.
answering-js-waiting = Answers waiting to be sent: { $count }
answering-js-offline = No connection. Answers waiting: { $count }, all kept on this device. They are sent by themselves once you are connected again.
answering-js-back-online = Connected again. Everything kept on this device has been sent.
answering-js-signed-out = You are signed out. Your answers are kept on this device and are sent once you sign in again in another tab.
answering-js-ended = This link has ended. Answers not sent yet are kept on this device. Please contact the person who gave you the link.
answering-js-forbidden = This page can save no more. Your answers are kept on this device. Please load the page again.
answering-js-sign-in = Sign in
answering-js-retry = Send now
answering-js-progress = { $answered } of { $total }
answering-js-unconfirmed = Unconfirmed: { $count }
answering-js-commented = Comment added
answering-keys = Keys
keys-level = Choose level 0 to 3
keys-na = Not applicable, and on to the reason
keys-down = Next question
keys-up = Previous question
keys-affirm = Last year's answer is still true
keys-help = Show this help
keys-escape = From a text field back to the question
keys-on = Use these keys
keys-close = Close

## Comments
comments-title = Comments
comment-label = Write a comment
comment-add = Add
comment-empty = The comment is empty. Please write something.
comment-too-long = The comment is too long: 4,000 characters at most.

## History of an answer
history-title = History
history-none = Nobody has answered yet.
history-saved = Answered
history-cleared = Taken away
history-carried-over = Brought over from last year
history-imported = Read from a file
history-back = Back to the question

## Handing over
handover-title = Hand questions over
handover-ask = Hand over
handover-lead = Let somebody who knows answer what you cannot. They see the chosen questions with their present answers and notes, and nothing else.
handover-which = Which questions
handover-whom = To whom
handover-with-account = Somebody with an account
handover-with-account-hint = They find it under "Handed to me" when they sign in.
handover-person = Colleague
handover-nobody = Please choose
handover-without-account = Somebody without an account
handover-without-account-hint = A link that ends by itself is made. Vendors can answer this way, too.
handover-name = Their name
handover-name-hint = Shown beside the answers. Add the company, if there is one.
handover-kind = Who are they?
handover-message = Message (optional)
handover-message-hint = For example: please tell us what your maintenance contract covers.
handover-do = Hand over
handover-cancel = Cancel
handover-no-question = Choose at least one question.
handover-to-whom = Choose a colleague or enter a name.
handover-one-only = Either a colleague with an account or a name, not both.
handover-with = { $name } ({ $state })
handover-by = from { $name }, { $time }
handover-state-open = waiting
handover-state-answered = answered
handover-state-returned = sent back
handover-state-closed = done
handover-accept = Accept
handover-take-back = Take back
handover-return = Send back
handover-return-message = What should be changed
handover-returned-by = Sent back by { $name }
handover-not-now = That is not possible in its present state. Please load the page again.
handover-to-sheet = Back to the questions
handed-over-title = Handed over
handed-over-none = Nothing is handed over yet. Use "Hand over" below any question.
handed-over-done = Done ({ $count })
handed-title = Handed to me
handed-lead = These questions were handed to you. What you choose is saved at once, and the person who asked sees it.
handed-count = { $count ->
        [one] One question waits for you.
       *[other] { $count } questions wait for you.
    }
handed-none = Nothing is handed to you at present.
handed-nothing-here = Nothing is handed to you here any more.
handed-back-to-list = All that is handed to me
handed-taken-back = This question was taken back or is settled. Its answer can no longer be changed.
handed-give-back-title = If you cannot answer
handed-give-back-label = The reason, or what you need to know
handed-give-back = Send it back

## Invitation links
invite-own-sheet-only = A link can be made to one person's own sheet only. Hand questions of a shared one over instead.
link-title = The link is ready
link-once = This link is shown only now. Give it to { $name } before you leave this page. Whoever knows the link can answer.
link-address = Link
link-copy = Copy
link-copied = Copied
link-letter = A message to send along
link-copy-letter = Copy the message
link-letter-greeting = Dear { $name },
link-letter-executive = { $facility } asks for your view as an executive on information security: { $count } questions, about { $minutes } minutes. Please open this link on a phone or a computer. No account is needed.
link-letter-handover = For its security self-assessment, { $facility } asks you to answer { $count ->
        [one] one question.
       *[other] { $count } questions.
    } Please open this link on a phone or a computer. No account is needed.
link-letter-until = The link works until { $time }.
link-qr = QR code for the phone of { $name }
link-shows = What the link shows
link-to-list = All links and questions handed over
link-list = Links
link-name = Name
link-for = For
link-state = State
link-until = Until
link-whole = the whole sheet
link-questions = { $count ->
        [one] one question
       *[other] { $count } questions
    }
link-withdraw = Withdraw
link-withdrawn = withdrawn
link-expired = expired
link-unopened = not opened yet
link-opened = opened { $time }
link-kind-executive = Executive
link-kind-colleague = Colleague
link-kind-vendor = Vendor
link-days = The link lasts
link-days-count = { $count } days

## Pages of those who come by a link
guest-title-whole = Questions for executives
guest-title-handed = A request from { $facility }
guest-hello = Thank you for your time, { $name }.
guest-whole = There are { $count } questions, about { $minutes } minutes.
guest-handed-by = { $by } asks you to answer { $count ->
        [one] one question.
       *[other] { $count } questions.
    }
guest-handed = You are asked to answer { $count ->
        [one] one question.
       *[other] { $count } questions.
    }
guest-how = What you choose is saved at once. You can stop and come back by the same link.
guest-settled = All your questions are settled. Thank you very much.
guest-finish = Finish
guest-done-title = Thank you very much
guest-done-thanks = Your answers have reached { $facility }, { $name }.
guest-done-open = Still open: { $count }
guest-next-title = What happens next
guest-next-1 = Your answers are saved. There is nothing to send.
guest-next-2-whole = They are put beside those of the IT person, and the result comes back to you on one sheet.
guest-next-2-handed = The person who asked looks at your answers and sends a question back if something is unclear.
guest-next-3 = Until { $time } you can correct them by the same link.
guest-close-page = You can close this page.
guest-back = Look over my answers
guest-leave = This is a shared device: forget the link here
guest-ended-title = This link does not work any more
guest-ended = It has expired, was withdrawn, or part of the address is missing. Answers saved before are kept.
guest-ended-next = If something is left to answer, please ask the person who gave you the link for a new one.

## Evidence
evidence-title = Evidence
evidence-files = Files
evidence-none = No files yet.
evidence-choose = File to attach (20 MB at most)
evidence-attach = Attach
evidence-no-file = No file was chosen.
evidence-empty-file = The file is empty. Please choose another.
evidence-too-large = The file is too large. Split it or make it smaller: 20 MB at most.
evidence-broken-upload = The file did not arrive whole. Please try again.
evidence-empty = No files yet. Attach them under "Files" below any question.
evidence-count = Files: { $files }. Answered questions without a file: { $without }.
evidence-remove = Remove
list-separator = {", "}

## Sections
nav-forms = Forms
nav-ledger = Ledger
nav-vendors = Vendors
tab-devices = Devices
tab-systems = Systems
tab-connections = External connections
tab-backups = Backups
tab-accounts = Accounts
tab-vendors = All vendors
tab-requests = Requests
tab-responsibility = Responsibility
tab-guides = Buying and scope
tab-checklists = Checklists
tab-inspection = Inspection
tab-reimbursement = Reimbursement
tab-guideline = Guideline
tab-official = Official file
shell-tabs = Pages of this section

## The log: registers
log-audit-export = Took out an audit report
log-audit-room-look = Looked at something in an audit room
log-audit-room-take-along = Took out what an audit room leaves behind
log-backup-create = Made a backup
log-backup-restore = Restored from a backup
log-cases-export = Exported the page on published cases
log-checklist-export = Exported a checklist
log-incident-export = Took a record or report of an incident out
log-inspection-export = Exported the inspection pack
log-official-form-export = Exported a filled official form
log-plan-export = Exported the plan for outages
log-procurement-export = Exported the list of requirements
log-responsibility-export = Exported a responsibility matrix
log-responsibility-sign = Recorded agreement to a responsibility matrix
log-register-create = Added: { $kind }
log-register-change = Changed: { $kind }
log-register-retire = Taken out of use: { $kind }
log-kind-account-decision = account decision
log-kind-account-list = account list
log-kind-audit = audit
log-kind-audit-finding = audit finding
log-kind-audit-interview = audit interview
log-kind-audit-paper = working paper of an audit
log-kind-audit-population = population of a sample
log-kind-audit-sample = sample of an audit
log-kind-backup-copy = backup copy
log-kind-checklist-answer = checklist answer
log-kind-company = company
log-kind-connection = external connection
log-kind-contact = contact
log-kind-course = course
log-kind-course-attendance = attendance of a course
log-kind-course-session = day of a course
log-kind-disclosure-profile = way to read a disclosure
log-kind-drill-part = part in a drill
log-kind-guideline-choice = guideline edition in use
log-kind-guideline-edition = guideline edition
log-kind-leavers-list = list of leavers
log-kind-ledger-import-profile = way to import the ledger
log-kind-official-form = official form file
log-kind-plan-section = section of the plan
log-kind-plan-print = print of the plan
log-kind-plan-version = approved version of the plan
log-kind-reporting-office = office to report to
log-kind-readiness-note = note on reimbursement evidence
log-kind-responsibility = responsibility matrix
log-kind-restore-test = restore test
log-kind-snapshot-list = list of snapshots
log-kind-staff-member = member of staff
log-kind-system = system
log-kind-vendor = vendor
log-kind-vendor-question = question to a vendor
log-kind-vendor-submission = vendor's answers
nav-plan = Readiness
nav-audits = Audits
nav-watch = Watch
nav-training = Training
tab-plan = Plan (IT-BCP)
tab-drills = Drills
tab-incidents = Incidents
tab-calls = Call test
tab-cases = Published cases
tab-audits = Audits
tab-actions = Improvements
tab-executives-and-audit = Executives and audit
tab-courses = Courses
tab-touches = Touches
tab-sensors = Sensors
tab-late = Late
log-call-round-export = Call test record exported
log-drill-report-export = After-action report exported
log-kind-call-round = Call test
