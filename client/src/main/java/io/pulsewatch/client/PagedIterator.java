package io.pulsewatch.client;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Items page by page; the next page is asked for when it is needed. Confined to its user. */
final class PagedIterator<P, T> implements Iterator<T> {
  private final Function<String, P> fetch;
  private final Function<P, List<T>> items;
  private final Function<P, String> nextToken;
  private Iterator<T> page = Collections.emptyIterator();
  private String token;
  private boolean last;

  PagedIterator(
      String firstToken,
      Function<String, P> fetch,
      Function<P, List<T>> items,
      Function<P, String> nextToken) {
    this.fetch = fetch;
    this.items = items;
    this.nextToken = nextToken;
    token = firstToken;
  }

  @Override
  public boolean hasNext() {
    while (!page.hasNext() && !last) { // a page may be empty and yet not the last
      P fetched = fetch.apply(token);
      page = items.apply(fetched).iterator();
      token = nextToken.apply(fetched);
      last = token.isEmpty();
    }
    return page.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.next();
  }
}
