package io.pulsewatch.bench.load;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;

/** The few messages of etcd's public protocol (etcdserverpb) that a benchmark needs. Stateless. */
final class EtcdMessages {
  static final String GRANT = "/etcdserverpb.Lease/LeaseGrant";
  static final String KEEP_ALIVE = "/etcdserverpb.Lease/LeaseKeepAlive";
  static final String PUT = "/etcdserverpb.KV/Put";
  static final String WATCH = "/etcdserverpb.Watch/Watch";

  private static final String KEYS = "bench/";
  private static final String AFTER_KEYS = "bench0";
  private static final int EVENTS = 11;
  private static final int DELETE = 1;

  private EtcdMessages() {}

  /** Writes one message. */
  private interface Content {
    void write(CodedOutputStream out) throws IOException;
  }

  /** LeaseGrantRequest: TTL in seconds, ID. */
  static byte[] grant(long id, long seconds) {
    return message(
        out -> {
          out.writeInt64(1, seconds);
          out.writeInt64(2, id);
        });
  }

  /** LeaseKeepAliveRequest: ID. */
  static byte[] keepAlive(long id) {
    return message(out -> out.writeInt64(1, id));
  }

  /** PutRequest: key, value, lease. */
  static byte[] put(long id) {
    byte[] value = "http://127.0.0.1:8080".getBytes(StandardCharsets.US_ASCII);
    return message(
        out -> {
          out.writeByteArray(1, key(id));
          out.writeByteArray(2, value);
          out.writeInt64(3, id);
        });
  }

  /** PutRequest without a lease: key, value. */
  static byte[] put(long id, byte[] value) {
    return message(
        out -> {
          out.writeByteArray(1, key(id));
          out.writeByteArray(2, value);
        });
  }

  private static byte[] key(long id) {
    return (KEYS + id).getBytes(StandardCharsets.US_ASCII);
  }

  /** WatchRequest of a WatchCreateRequest: key, range_end. */
  static byte[] watch() {
    byte[] create =
        message(
            out -> {
              out.writeByteArray(1, KEYS.getBytes(StandardCharsets.US_ASCII));
              out.writeByteArray(2, AFTER_KEYS.getBytes(StandardCharsets.US_ASCII));
            });
    return message(out -> out.writeByteArray(1, create));
  }

  /** Names the lease of each key that a WatchResponse says was deleted. */
  static void deleted(ByteBuffer in, int from, int length, IntConsumer each) {
    fields(
        CodedInputStream.newInstance(in.slice(from, length)),
        (input, field) -> {
          if (field != EVENTS) {
            return false;
          }
          int number = deleted(input.readBytes().newCodedInput());
          if (number >= 0) {
            each.accept(number);
          }
          return true;
        });
  }

  /** Of an Event: the number in its key; -1 if it is no deletion. */
  private static int deleted(CodedInputStream event) {
    int[] type = {0};
    int[] number = {-1};
    fields(
        event,
        (input, field) -> {
          if (field == 1) {
            type[0] = input.readEnum();
            return true;
          } else if (field == 2) {
            number[0] = number(input.readBytes().newCodedInput());
            return true;
          }
          return false;
        });
    return type[0] == DELETE ? number[0] : -1;
  }

  private static int number(CodedInputStream keyValue) {
    int[] number = {-1};
    fields(
        keyValue,
        (input, field) -> {
          if (field != 1) {
            return false;
          }
          number[0] = Integer.parseInt(input.readStringRequireUtf8().substring(KEYS.length()));
          return true;
        });
    return number[0];
  }

  /** Takes a field and returns true, or leaves it to be skipped. */
  private interface Field {
    boolean take(CodedInputStream input, int field) throws IOException;
  }

  private static void fields(CodedInputStream input, Field taker) {
    try {
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        if (!taker.take(input, tag >>> 3)) {
          input.skipField(tag);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("not etcd's protocol", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] message(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      content.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
