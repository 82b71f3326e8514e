#!/usr/bin/env bash
# Builds what the browser loads, for development: the islands' wasm, the style sheet, pictures. A release is
# built by cargo-leptos, which also shrinks, hashes and compresses; building that tool takes longer than all of this.
source "$(dirname "$0")/steps.sh"

# One sheet: each `@import "file" layer(name);` of main.css becomes the file inside its layer.
bundle_styles() {
    local line
    while IFS= read -r line; do
        if [[ $line =~ ^@import\ \"(.*)\"\ layer\((.*)\)\;$ ]]; then
            printf '@layer %s {\n%s\n}\n' "${BASH_REMATCH[2]}" "$(<"style/${BASH_REMATCH[1]}")"
        else
            printf '%s\n' "$line"
        fi
    done <style/main.css
}

cargo build --package frontend --lib --target wasm32-unknown-unknown --target-dir "$target/front"

mkdir -p "$LEPTOS_SITE_ROOT/pkg"
cp -r public/. "$LEPTOS_SITE_ROOT"
bundle_styles >"$LEPTOS_SITE_ROOT/pkg/waybill.css"
wasm-bindgen --target web --no-typescript --out-dir "$LEPTOS_SITE_ROOT/pkg" --out-name waybill \
    "$target/front/wasm32-unknown-unknown/debug/frontend.wasm"
# The name that Leptos' pages load.
mv "$LEPTOS_SITE_ROOT/pkg/waybill_bg.wasm" "$LEPTOS_SITE_ROOT/pkg/waybill.wasm"
# The list of a release's file names would make the server look for those.
rm -f "$target/debug/hash.txt"
