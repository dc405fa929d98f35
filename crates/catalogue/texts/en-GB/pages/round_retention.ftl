# What is destroyed of a round and when, for administrators. $days and $years are numbers.

retention-title = What is destroyed and when
retention-what = Everybody who is asked is told this before they answer. The service does it by itself.
retention-dates = Dates
retention-open = The round is open, so most dates are not known yet. They depend on when it closes and when the reports are
    released.
retention-draft = The round has not started, so nobody has been promised anything yet.
retention-soon = Soon
retention-answers = The answers are destroyed. What is left of them is the report.
retention-answers-of-cancelled = What is left of the answers is cleared away. Nobody has read them.
retention-archive-of-cancelled = Nothing is left but that there was a round.
retention-round-of-cancelled = What is left of the round is deleted.
retention-people = Names and addresses of the people who were asked are erased.
retention-people-of-draft = Names and addresses on the lists are erased, if the round has not been started.
retention-archive = Nothing is left of the round but the reports.
retention-round = The reports are deleted, and the round with them.
retention-answers-gone = The answers were destroyed.
retention-people-gone = Names and addresses of the people who were asked were erased.
retention-rules = The rules behind these dates
retention-rule-people = Names and addresses are erased { $days ->
        [one] 1 day
       *[other] { $days } days
    } after the round closes, or when it has been counted, if that is later.
retention-rule-answers = Answers are destroyed { $days ->
        [one] 1 day
       *[other] { $days } days
    } after the last report is released.
retention-rule-unreleased = If a report is never released, the answers are destroyed { $days ->
        [one] 1 day
       *[other] { $days } days
    } after the round closes.
retention-rule-results = Reports are deleted { $years ->
        [one] 1 year
       *[other] { $years } years
    } after the last one is released, or after the round closes if none is.
retention-promised = These times were promised when the round started. Nothing is kept for longer than that, whatever is set
    later.
retention-not-promised = These are the times as they are set now. They are promised when a round starts.
