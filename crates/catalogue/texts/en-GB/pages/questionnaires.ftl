# Questionnaires, for the administrators who choose and change them. $title is the name of one, $version its number.

questionnaires-title = Questionnaires
questionnaires-what = What people are asked. Each change makes a new version, and a round keeps the one it was set up with.
questionnaires-none = Your trust has no questionnaire yet. Ask those who look after this service to add one.
# A version of a questionnaire, as a link.
questionnaires-version = Version { $version }<unseen> of { $title }</unseen>
questionnaires-newest = newest
questionnaires-change = Change<unseen> { $title }</unseen>

## One of them, to read.

questionnaire-version = Version { $version }
questionnaire-older = Version { $version } is newer. Rounds that were set up with this one keep it.
questionnaire-older-go = Read version { $version }
questionnaire-saved = Saved as version { $version }. No round uses it until you choose it there.
questionnaire-same = Nothing was changed, so this version is still the one.
questionnaire-change = Change it
questionnaire-change-what = You change a copy. This version stays as it is.
# Two ways to read it. The present one is no link.
questionnaire-wording = Two wordings
questionnaire-as-others = As colleagues read it
questionnaire-as-self = As the person themselves reads it
questionnaire-minutes = About { $minutes } minutes
questionnaire-scale = The answers to choose from
questionnaire-asked = Asked of: { $groups }
questionnaire-asked-all = Asked of everybody
questionnaire-asked-self = The person themselves is asked every statement.
questionnaire-prompts = In their own words
questionnaire-no-prompts = There are no questions to answer in one’s own words.

## One of them, to change.

edit-title = Change “{ $title }”
edit-what = Nothing is saved until you press “Save as version { $version }” at the end. Rounds that are set up keep the
    version they have.
edit-what-id = Two rounds are compared statement by statement. You may polish the words of a statement. <strong>If its
    meaning changes, remove it and add a new one</strong>, so that the report does not compare two different things.
edit-name = Name of the questionnaire
edit-name-hint = With another name it can become a questionnaire of its own.
edit-minutes = Minutes it takes
edit-minutes-hint = People read this before they begin. 12 minutes are usual for 30 statements.
edit-kin = The name is another one. What is this?
edit-kin-same = Version { $version } of the same questionnaire, with a new name
edit-kin-other = Another questionnaire. Its results are not compared with those of “{ $title }”.
edit-older = You are changing version { $base }, and version { $latest } is the newest. What was changed since is not in here.

edit-scale = The answers to choose from
edit-scale-what = From the lowest to the highest.
edit-point = Answer { $number }
edit-not-observed = For those who cannot say

# A part of the questionnaire, such as “People and talent”.
edit-part = Part { $number }: { $title }
edit-part-new = Part { $number }
edit-part-title = Heading of the part
edit-part-add = Add a part
edit-part-up = Move this part up<unseen>: { $title }</unseen>
edit-part-remove = Remove this part<unseen>: { $title }</unseen>

edit-item-new = New statement
edit-item-add = Add a statement<unseen> to { $title }</unseen>
edit-others = What colleagues read
edit-own = What the person themselves reads
edit-asks = Who is asked
edit-asks-hint = Without a tick, everybody is asked. A group that has no tick in the whole questionnaire is asked
    everything. The person themselves always is.
edit-up = Move up<unseen>: { $text }</unseen>
edit-remove = Remove<unseen>: { $text }</unseen>

edit-prompts = Questions in their own words
edit-prompts-what = The report shows the answers word for word. Three or four questions are enough.
edit-prompt-new = New question
edit-prompt-add = Add a question

edit-save = Save as version { $version }
edit-save-kin = Save

## What has just been done to the form, which is not saved yet.

edit-added = Added. It is not saved yet.
edit-removed = Removed from the form. It is not saved yet; your browser’s back button brings it back.
edit-moved = Moved up. It is not saved yet.

## What is wrong with a field.

edit-wrong-title = Give the questionnaire a name of 1 to 200 characters.
edit-wrong-key = Give the questionnaire a name with a letter from A to Z in it.
edit-wrong-minutes = Give a whole number of minutes from 1 to 120.
edit-wrong-kin = Say whether this is the same questionnaire or another one.
edit-wrong-stale = Somebody has saved version { $version } meanwhile, perhaps you in another tab. What you typed is still
    here. Read that version first; if you save now, yours comes after it.
edit-wrong-label = Give this answer words of 1 to 60 characters.
edit-wrong-heading = Give the part a heading of 1 to 200 characters.
edit-wrong-no-items = Add at least one statement to this part, or remove the part.
edit-wrong-no-parts = Add at least one part.
edit-wrong-others = Say in 1 to 500 characters what colleagues read.
edit-wrong-own = Say in 1 to 500 characters what the person themselves reads.
