#!/usr/bin/env bash
# Gathers the words of the desk into app/translations/<language>/LC_MESSAGES/messages.po. What is new there is empty, and
# English is shown until somebody has translated it. A new language: scripts/words.sh fr. With --check nothing is written,
# and it fails when a file is not what the sources say.
set -euo pipefail
cd "$(dirname "$0")/.."

check=
[[ ${1:-} != --check ]] || { check=1; shift; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PYTHONPATH=. .venv/bin/pybabel --quiet extract --mapping-file pyproject.toml -k _l -k say -k later -k say_number:1,2 --no-location --no-wrap \
  --sort-output --omit-header --output-file "$work/words.pot" app
for language in de "$@"; do
  file=app/translations/$language/LC_MESSAGES/messages.po
  new=$work/$language.po
  if [[ -f $file ]]; then cp "$file" "$new"; else .venv/bin/pybabel --quiet init -i "$work/words.pot" -l "$language" -o "$new"; fi
  .venv/bin/pybabel --quiet update -i "$work/words.pot" -l "$language" -o "$new" --no-wrap --ignore-obsolete \
    --no-fuzzy-matching --omit-header
  if [[ -z $check ]]; then
    mkdir -p "$(dirname "$file")" && cp "$new" "$file"
  else
    diff -u "$file" "$new" || { echo "The words of the desk have changed: make words, then translate what is empty in $file" >&2; exit 1; }
  fi
done
