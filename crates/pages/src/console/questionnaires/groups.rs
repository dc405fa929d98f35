//! The groups that can be asked a statement, as the pages name them.

use candour_domain::{Framework, Item, RaterGroup, RaterGroups};

/// A group that statements can be asked of.
pub(super) struct Group {
    /// Its id, as a questionnaire has it.
    pub(super) id: String,
    /// Its name; the id where nobody has given it one.
    pub(super) title: String,
}

/// The usual groups but the person themselves, and whatever other the questionnaire asks.
pub(super) fn of(framework: &Framework) -> Vec<Group> {
    let mut groups: Vec<Group> = usual().map(|group| Group { id: group.id.to_string(), title: group.title }).collect();
    for asked in framework.items().flat_map(|item| &item.asks) {
        if groups.iter().all(|group| group.id != asked.as_str()) {
            groups.push(Group { id: asked.to_string(), title: asked.to_string() });
        }
    }
    groups
}

/// The names of the groups that are asked a statement; `None` for everybody.
pub(super) fn asked(framework: &Framework, item: &Item) -> Option<String> {
    let is_asked = |group: &Group| item.asks.iter().any(|asked| asked.as_str() == group.id);
    // A group that the questionnaire does not mention anywhere is asked everything.
    let everything = |group: &Group| usual().any(|usual| usual.id.as_str() == group.id && framework.asks(item, &usual));
    let (asked, left): (Vec<_>, Vec<_>) =
        of(framework).into_iter().partition(|group| is_asked(group) || everything(group));
    let all = item.asks.is_empty() || left.is_empty();
    (!all).then(|| asked.into_iter().map(|group| group.title).collect::<Vec<_>>().join(", "))
}

fn usual() -> impl Iterator<Item = RaterGroup> {
    Vec::from(RaterGroups::standard()).into_iter().filter(|group| !group.is_self())
}
