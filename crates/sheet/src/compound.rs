//! The container of old workbooks (MS-CFB): sectors in chains, under names. Every chain ends, because none is followed
//! for more sectors than the file has.

/// Marks from here on are no sectors.
const LARGEST_SECTOR: u32 = 0xFFFF_FFFA;

/// A stream shorter than this is kept in small sectors.
const SMALL: usize = 4096;

const SMALL_SECTOR: usize = 64;

pub(crate) struct Compound<'a> {
    sectors: Vec<&'a [u8]>,
    next: Vec<u32>,
    small: Vec<u8>,
    small_next: Vec<u32>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    is_stream: bool,
    start: u32,
    size: usize,
}

impl<'a> Compound<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let size = match u16_at(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        // The last sector may be short.
        let sectors: Vec<&[u8]> = bytes.get(size..)?.chunks(size).collect();
        let sector = |at: u32| sectors.get(usize::try_from(at).ok()?).copied();
        let mut tables: Vec<u32> = bytes.get(76..512)?.chunks_exact(4).filter_map(|at| u32_at(at, 0)).collect();
        let mut more = u32_at(bytes, 68)?;
        for _ in 0..sectors.len() {
            let Some(list) = (more < LARGEST_SECTOR).then(|| sector(more)).flatten() else { break };
            let mut list = numbers(list);
            more = list.pop()?;
            tables.extend(list);
        }
        let tables = tables.into_iter().filter(|at| *at < LARGEST_SECTOR).take(sectors.len());
        let next: Vec<u32> = tables.filter_map(sector).flat_map(numbers).collect();
        let mut compound = Self { sectors, next, small: Vec::new(), small_next: Vec::new(), entries: Vec::new() };
        let directory = compound.chain(u32_at(bytes, 48)?, usize::MAX);
        compound.entries = directory.chunks_exact(128).filter_map(Entry::read).collect();
        let root = compound.entries.first()?;
        compound.small = compound.chain(root.start, root.size);
        compound.small_next = numbers(&compound.chain(u32_at(bytes, 60)?, usize::MAX));
        Some(compound)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// What is under a name.
    pub(crate) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().find(|entry| entry.is_stream && entry.name.eq_ignore_ascii_case(name))?;
        if entry.size >= SMALL {
            return Some(self.chain(entry.start, entry.size));
        }
        let sectors: Vec<&[u8]> = self.small.chunks(SMALL_SECTOR).collect();
        Some(follow(&sectors, &self.small_next, entry.start, entry.size))
    }

    fn chain(&self, start: u32, size: usize) -> Vec<u8> {
        follow(&self.sectors, &self.next, start, size)
    }
}

impl Entry {
    fn read(entry: &[u8]) -> Option<Self> {
        let length = usize::from(u16_at(entry, 64)?).min(64);
        let units: Vec<u16> = entry.get(..length)?.chunks_exact(2).filter_map(|unit| u16_at(unit, 0)).collect();
        let name = String::from_utf16_lossy(&units).trim_end_matches('\0').to_owned();
        let size = usize::try_from(u32_at(entry, 120)?).ok()?;
        Some(Self { name, is_stream: entry.get(66) == Some(&2), start: u32_at(entry, 116)?, size })
    }
}

/// The sectors of a chain one behind the other, up to a size.
fn follow(sectors: &[&[u8]], next: &[u32], start: u32, size: usize) -> Vec<u8> {
    let (mut bytes, mut at) = (Vec::new(), start);
    for _ in 0..sectors.len() {
        let place = usize::try_from(at).unwrap_or(usize::MAX);
        let Some(sector) = sectors.get(place).filter(|_| bytes.len() < size) else { break };
        bytes.extend_from_slice(sector);
        at = next.get(place).copied().unwrap_or(u32::MAX);
    }
    bytes.truncate(size);
    bytes
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).filter_map(|number| u32_at(number, 0)).collect()
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

pub(crate) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}
