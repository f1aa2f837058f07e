/**
 * What the page's script shares with `later.ts`, which is a file of its own: there has to be one React, and one session.
 * A test tells what is missing here.
 */
export { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
export { Fragment, jsx, jsxs } from 'react/jsx-runtime';
export { toLoupeError } from '../../extension/rpc/failure.ts';
export { Icon } from '../controls/icons.tsx';
export { Popover } from '../controls/popover.tsx';
export { Select } from '../controls/select.tsx';
export { Slider } from '../controls/slider.tsx';
export { Button, Checkbox, IconButton } from '../controls/toolkit.tsx';
export { strings } from '../strings.ts';
export { runCommand } from './commands.ts';
export { Empty } from './empty.tsx';
export { addCondition, setConditions } from './filters/actions.ts';
export { NoRows } from './filters/no-rows.tsx';
export { cellLook } from './format.ts';
export { CELL_MENU, currentCell } from './grid/dom.ts';
export { onCopy } from './grid/keys.ts';
export { inResult } from './grid/pages.ts';
export { selectedRange } from './grid/selection.ts';
export { formatCount } from './numbers.ts';
export { holdsPicture } from './panel/magic.ts';
export { plainText, preview } from './panel/nodes.ts';
export { PanelError, PanelPending } from './panel/pending.tsx';
export { PictureView } from './panel/picture.tsx';
export { PanelHeader } from './panel/side-panel.tsx';
export { useRequest } from './panel/use-request.ts';
export { allowPictures } from './pictures/allow.tsx';
export { mayReferToPicture, valueRefersToPicture } from './pictures/picture-columns.ts';
export { usePictureColumns } from './pictures/use-picture-columns.ts';
export { announceFailure, useSession } from './session.ts';
export { shortValue } from './short-text.ts';
export { INITIAL_GALLERY, rowsComplete, shownRows } from './state.ts';
export { roleOf } from './statistics/scores.ts';
export { useScores } from './statistics/use-statistics.ts';
export { useStore } from './store.ts';
