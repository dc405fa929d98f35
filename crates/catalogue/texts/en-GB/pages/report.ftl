# A report, as everybody reads it who may. No number stands in these texts: every one comes from the report. $number is
# how many people it takes, $subject the person it is about, $role what they are.

report-title = Report about { $subject }, { $role }
report-csv = Download the report as a file for spreadsheets (CSV)

report-who = Who answered
report-who-what = Each column of the report stands for at least { $number } people, who answered without their names.
report-nothing = Too few people answered without their names: a figure is about at least { $number }. So that nobody can be
    told apart, nothing that they answered is shown.
report-column = Column
report-answered = Answered
# $groups are the headings of several groups.
report-together = { $groups } together
report-groups = Who was asked
report-group-named = by name
report-not-told = not told

report-how = How to read it
report-scale = People answered each statement on this scale:
report-means = A figure is the mean of a column’s answers to a statement. The first line of each table is made from the
    figures below it.
report-all-means = All: made from the figures of the columns, weighted by how many answered. Those who answer by name are
    not in it.
report-gap-means = Gap: the person’s own answers less those of all. With a plus, they see themselves higher than others do.
# Words that stand in a table where there is no figure, and what they mean.
report-low = low
report-low-means = so near the lowest end of the scale that a figure could give somebody away.
report-high = high
report-high-means = so near the highest end of the scale that a figure could give somebody away.
# $number is a figure.
report-about = about { $number }
report-about-word = about
report-about-means = the middle of “low” or “high” stands for a figure that this one is made of.
report-too-few = too few
report-too-few-means = too few answers to show without giving somebody away. It takes at least { $number }.
report-not-asked = not asked
report-not-asked-means = nobody in this column was asked this.
report-asked-of-some = not shown
report-asked-of-some-means = only some of the people in this column were asked this, so that a figure could tell them apart.
report-no-answer = no answer

report-since = Since “{ $round }”
report-not-compared = The two reports are not compared: only a few people joined or left, and one report could be taken from
    the other.
report-up = clearly higher
report-down = clearly lower
report-about-the-same = about the same

report-gap = Gap
report-quadrant = Own view and others
report-recognised-strength = recognised strength: high in the own answers and in those of others
report-blind-spot = blind spot: high in the own answers, lower in those of others
report-hidden-strength = hidden strength: low in the own answers, higher in those of others
report-development-need = development need: low in the own answers and in those of others
report-change = Since the round before
report-statement = Statement
report-without-names = Without names
report-with-names = By name
report-all = All
report-whole = All statements together
# The heading of the column with the person's own answers.
report-own = Own answers
# The heading of the column of somebody who answers by name. $group is their group.
report-by-name = { $group }: { $name }

report-spread = How the answers are spread
report-spread-what = Shown where a column has at least { $number } answers to a statement.
report-bins = On the scale
# A stretch of the scale, or one point of it, and how many people chose it.
report-bin = { $from } to { $to }: { $number ->
        [one] 1 answer
       *[other] { $number } answers
    }
report-bin-one = { $point }: { $number ->
        [one] 1 answer
       *[other] { $number } answers
    }
report-favourable = At the two highest points
report-unfavourable = At the two lowest points
report-share = { $number }%
report-no-share = not shown

report-comments = What people wrote
report-comments-what = Word for word, and in no order. Comments without a name are those of all columns together.
report-no-comments = Comments without names are shown once at least { $number } people have answered without their names.
report-redacted = A comment was taken out here.

report-audit-title = How this report was checked
# $checks is how many times.
report-audit = Before this report was kept, it was asked { $checks } times whether it gives away what one person answered to
    one statement. Each time another set of answers was found of which this very report would be made.
# After it, where there are such answers. $number is how many at most.
report-audit-but = There is one exception. Where everybody else in a column gave the mark at the harmless end of the scale,
    somebody who answered too may be able to work that out. It is about { $number ->
        [one] 1 answer
       *[other] { $number } answers
    } at most.
