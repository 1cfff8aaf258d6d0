/** @returns false if the copy failed; the text is then selected for the reader to copy. */
export async function copy(/** @type {Element} */ element) {
  try {
    // Over plain HTTP, browsers provide the clipboard on localhost only.
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only alternative to the clipboard API
    const isCopied = document.execCommand('copy');
    if (isCopied) getSelection()?.removeAllRanges();
    return isCopied;
  }
}
